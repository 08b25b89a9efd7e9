using System.Buffers;
using System.Text.Json;

namespace AuthProxy.Proxy.Authentication.Tokens;

/// <summary>The scopes of a token: a list or a text with blanks, under one of three names.</summary>
internal static class ScopeClaims
{
    private static readonly string[] Names = ["scp", "scope", "scopes"];

    public static IReadOnlyList<string> Read(JsonElement claims) =>
        NameOf(claims) is { } name ? Read(claims, name) : [];

    /// <summary>The claims as Oathkeeper hands them on: the scopes as a list under <c>scp</c>, and not under the name they had.</summary>
    public static JsonElement Normalize(JsonElement claims)
    {
        if (NameOf(claims) is not { } name)
        {
            return claims;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var claim in claims.EnumerateObject().Where(claim => claim.Name != name && claim.Name != "scp"))
            {
                claim.WriteTo(writer);
            }

            writer.WriteStartArray("scp");
            foreach (var scope in Read(claims, name))
            {
                writer.WriteStringValue(scope);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement;
    }

    private static string? NameOf(JsonElement claims) =>
        Array.Find(Names, name => claims.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Array);

    private static List<string> Read(JsonElement claims, string name)
    {
        var value = claims.GetProperty(name);
        return value.ValueKind == JsonValueKind.String
            ? [.. value.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries)]
            : [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];
    }
}
