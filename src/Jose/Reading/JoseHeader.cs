using System.Text.Json;

namespace AuthProxy.Jose.Reading;

/// <summary>
/// The header members that we believe. <c>jwk</c>, <c>jku</c>, <c>x5u</c> and <c>x5c</c> are not among them:
/// a token must never bring the key, or the way to the key, that verifies it (RFC 8725, 3.10).
/// </summary>
internal sealed record JoseHeader(string Algorithm, string? KeyId, string? Type)
{
    /// <summary>A null fault means success.</summary>
    public static string? Read(ReadOnlySpan<byte> utf8, JwtLimits limits, out JoseHeader? header)
    {
        header = null;
        if (StrictJson.ParseObject(utf8, limits.MaxDepth, out var json) is { } fault)
        {
            return $"the header {fault}";
        }

        if (Refused(json) is { } refused)
        {
            return refused;
        }

        if (!StrictJson.TryGetText(json, "alg"u8, out var algorithm) || string.IsNullOrEmpty(algorithm))
        {
            return "the header names no algorithm";
        }

        if (!StrictJson.TryGetText(json, "kid"u8, out var keyId) || keyId?.Length > limits.MaxKeyIdLength)
        {
            return "the header's kid is no text or too long";
        }

        if (!StrictJson.TryGetText(json, "typ"u8, out var type))
        {
            return "the header's typ is no text";
        }

        header = new JoseHeader(algorithm, keyId, type);
        return null;
    }

    private static string? Refused(JsonElement header)
    {
        // We understand no extension, and what is critical must be understood (RFC 7515, 4.1.11).
        if (header.TryGetProperty("crit"u8, out _))
        {
            return "the header has a critical extension";
        }

        // An unencoded payload changes what is signed (RFC 7797).
        if (header.TryGetProperty("b64"u8, out _))
        {
            return "the header asks for an unencoded payload";
        }

        return header.TryGetProperty("enc"u8, out _) || header.TryGetProperty("zip"u8, out _)
            ? "the header is that of an encrypted token"
            : null;
    }
}
