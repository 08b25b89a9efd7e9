using System.Text;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Authentication.ClientCredentials;

/// <summary>A client's id and secret.</summary>
internal sealed record BasicCredentials(string Id, string Secret)
{
    private const string Scheme = "Basic ";

    private static readonly Encoding StrictUtf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    /// <summary>What HTTP Basic authentication carries (RFC 7617), each half form-decoded as OAuth wants it (RFC 6749, section 2.3.1).</summary>
    public static BasicLookup Find(FrozenRequest request)
    {
        var header = request.Headers.Authorization;
        if (header.Count > 1)
        {
            return new BasicLookup.Ambiguous();
        }

        if (header.Count == 0 || header[0] is not { } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || Decode(value.AsSpan(Scheme.Length).Trim(' ')) is not { } pair || pair.Split(':', 2) is not [var id, var secret])
        {
            return new BasicLookup.None();
        }

        return FormText.TryDecode(id, out var clientId) && FormText.TryDecode(secret, out var clientSecret) && clientId.Length > 0
            ? new BasicLookup.Found(new BasicCredentials(clientId, clientSecret))
            : new BasicLookup.Malformed();
    }

    public override string ToString() => "[secret]";

    private static string? Decode(ReadOnlySpan<char> base64)
    {
        var bytes = new byte[base64.Length];
        try
        {
            return Convert.TryFromBase64Chars(base64, bytes, out var length) ? StrictUtf8.GetString(bytes, 0, length) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}

/// <summary>What stands where Basic credentials may stand.</summary>
internal abstract record BasicLookup
{
    private BasicLookup()
    {
    }

    public sealed record Found(BasicCredentials Credentials) : BasicLookup;

    /// <summary>There are none.</summary>
    public sealed record None : BasicLookup;

    /// <summary>There are some that nobody can have: no id, or a broken escape.</summary>
    public sealed record Malformed : BasicLookup;

    /// <summary>There are two.</summary>
    public sealed record Ambiguous : BasicLookup;
}
