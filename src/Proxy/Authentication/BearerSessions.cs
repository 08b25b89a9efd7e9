using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthProxy.Jose.Reading;

namespace AuthProxy.Proxy.Authentication;

/// <summary>
/// Gives a bearer its session id: the same for every token of one login where the issuer says which login that is, else one of
/// its own. Keyed, so that nobody outside of the realm can compute an id, or find a token by one.
/// </summary>
internal sealed class BearerSessions(BearerKey key)
{
    /// <summary>The id for the provider's own session, else for the key that the token is bound to (RFC 7800), else for the token.</summary>
    /// <param name="issuer">Whose token it is.</param>
    /// <param name="claims">What the issuer says of it: the token's own claims, or the answer of its introspection.</param>
    /// <param name="token">The token itself.</param>
    public string SidOf(string issuer, JsonElement claims, string token) =>
        StrictJson.TryGetText(claims, "sid"u8, out var sid) && sid is { Length: > 0 } ? Compute("sid", issuer, sid)
        : Thumbprint(claims) is { } thumbprint ? Compute("jkt", issuer, thumbprint)
        : Compute("token", issuer, token);

    private static string? Thumbprint(JsonElement claims) =>
        claims.TryGetProperty("cnf", out var confirmation) && confirmation.ValueKind == JsonValueKind.Object
        && confirmation.TryGetProperty("jkt", out var thumbprint) && thumbprint.ValueKind == JsonValueKind.String
            ? thumbprint.GetString()
            : null;

    // Each part goes in behind its length: no two triples make the same bytes.
    private string Compute(string kind, string issuer, string value)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Bytes);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in (ReadOnlySpan<string>)[kind, issuer, value])
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        // "b-" keeps them apart from the random ids of logins.
        return "b-" + Base64Url.EncodeToString(hash.GetHashAndReset());
    }
}

/// <summary>The realm's secret that session ids of bearers are made with.</summary>
internal sealed record BearerKey(byte[] Bytes)
{
    public override string ToString() => "[secret]";
}
