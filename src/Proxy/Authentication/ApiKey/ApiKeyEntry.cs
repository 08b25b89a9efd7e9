using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Authentication.ApiKey;

/// <summary>One key of the file: whose it is, and how it is told.</summary>
/// <param name="Id">The subject.</param>
/// <param name="Hash">All that is known of the key.</param>
/// <param name="Claims">What rules and upstreams may know of the subject.</param>
/// <param name="Expires">When it ends; null for never.</param>
internal sealed record ApiKeyEntry(string Id, ApiKeyHash Hash, JsonElement Claims, DateTimeOffset? Expires)
{
    private const int LongestId = 128;

    private static readonly Schema<DateTimeOffset> Time = Declare.Scalar<DateTimeOffset>("time", "a time such as 2030-01-31T00:00:00Z", TryParseTime);

    // Not shown in faults: somebody may have written the key itself.
    private static readonly Schema<ApiKeyHash> HashText = Declare.Text.Select((text, node, faults) =>
    {
        if (ApiKeyHash.TryParse(text, out var hash))
        {
            return hash;
        }

        faults.Add(node, $"is no SHA-256 of a key; {ApiKeyFile.HowToHash}");
        return null;
    });

    public const string IdBound = "write at most 128 letters, digits and . _ @ : -";

    public static readonly Schema<ApiKeyEntry> Schema = Declare.Object<ApiKeyEntry>("key", "One API key.", o =>
    {
        var id = o.Text("id", "Whose key it is: the subject.").Must(IsId, IdBound);
        var hash = o.Value("hash", HashText, "The SHA-256 of the key, in hexadecimal or base64.");
        var claims = o.Raw("claims", "What rules and upstreams may know of the subject; a mapping.").Optional();
        var expires = o.Value("expires", Time, "When the key ends; without it never.").Optional();
        o.Refused("key", $"keys do not stand in files; {ApiKeyFile.HowToHash}");
        return read =>
        {
            if (read.Get(claims) is not (null or ConfigMapping))
            {
                read.Fault(claims, "is no mapping");
            }

            return new ApiKeyEntry(read.Get(id), read.Get(hash), ClaimsOf(read.Get(claims)), read.Get(expires));
        };
    });

    /// <summary>Whether the text can name the owner of a key.</summary>
    public static bool IsId(string text) =>
        text.Length is > 0 and <= LongestId && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '@' or ':' or '-');

    public bool IsOver(DateTimeOffset now) => Expires <= now;

    private static JsonElement ClaimsOf(ConfigNode? claims)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            if (claims is ConfigMapping)
            {
                claims.WriteJson(writer);
            }
            else
            {
                writer.WriteStartObject();
                writer.WriteEndObject();
            }
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static bool TryParseTime(string text, out DateTimeOffset time, [NotNullWhen(false)] out string? why)
    {
        why = DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time)
            ? null
            : "write a time such as 2030-01-31T00:00:00Z, or a day";
        return why is null;
    }
}
