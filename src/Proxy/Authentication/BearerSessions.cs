using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthProxy.Jose.Reading;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.Authentication;

/// <summary>
/// Gives a bearer its session id: the same for every token of one login where the issuer says which login that is, else one of
/// its own. Keyed, so that nobody outside of the realm can compute an id, or find a token by one.
/// </summary>
internal sealed class BearerSessions(BearerKey key)
{
    private const string Prefix = "b-";

    /// <summary>The id for the provider's own session, else for the key that the token is bound to (RFC 7800), else for the token.</summary>
    /// <param name="issuer">Whose token it is.</param>
    /// <param name="claims">What the issuer says of it: the token's own claims, or the answer of its introspection.</param>
    /// <param name="token">The token itself.</param>
    public string SidOf(string issuer, JsonElement claims, string token) =>
        StrictJson.TryGetText(claims, "sid"u8, out var sid) && sid is { Length: > 0 } ? SidOfProviderSession(issuer, sid)
        : Thumbprint(claims) is { } thumbprint ? Compute("jkt", issuer, thumbprint)
        : Compute("token", issuer, token);

    /// <summary>The id that all bearers of one session at the provider have.</summary>
    public string SidOfProviderSession(string issuer, string providerSid) => Compute("sid", issuer, providerSid);

    /// <summary>The id that stands for all logins of a subject of which the provider does not say which session they belong to.</summary>
    public string SidOfUnnamed(string issuer, string subject) => Compute("unnamed", issuer, subject);

    /// <summary>By what the end of this bearer will be recognised.</summary>
    public BearerIdentity IdentityOf(string issuer, string subject, string sid, DateTimeOffset? issuedAt, DateTimeOffset? expiresAt) =>
        new(KeyOfSubject(issuer, subject), KeyOfLogin(sid), issuedAt, expiresAt);

    /// <summary>The key of marks about everything that an issuer gave a subject. Of the realm's secret for bearers, which no rotation changes: nobody could make it again from a mark.</summary>
    public StoreKey KeyOfSubject(string issuer, string subject) => KeyOfLogin(Compute("subject", issuer, subject));

    /// <summary>The key of marks about a bearer's session.</summary>
    public static StoreKey KeyOfLogin(string sid) => StoreKey.Of("authproxy bearer end v1"u8, Encoding.UTF8.GetBytes(sid));

    /// <summary>Whether an id is a bearer's, and no login's.</summary>
    public static bool IsBearers(string sid) => sid.StartsWith(Prefix, StringComparison.Ordinal);

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

        // The prefix keeps them apart from the random ids of logins.
        return Prefix + Base64Url.EncodeToString(hash.GetHashAndReset());
    }
}

/// <summary>The realm's secret that session ids of bearers are made with.</summary>
internal sealed record BearerKey(byte[] Bytes)
{
    public override string ToString() => "[secret]";
}
