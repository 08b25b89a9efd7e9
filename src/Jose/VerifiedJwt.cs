using System.Text.Json;

namespace AuthProxy.Jose;

/// <summary>A token whose signature, times, issuer, audience and type were as a policy asked. Immutable.</summary>
public sealed class VerifiedJwt
{
    internal VerifiedJwt(UnverifiedJwt jwt, string? keyId, Verifying.RegisteredClaims registered)
    {
        Algorithm = jwt.Algorithm;
        Type = jwt.Type;
        KeyId = keyId;
        Claims = jwt.Claims;
        Issuer = registered.Issuer;
        Subject = registered.Subject;
        Audiences = registered.Audiences;
        ExpiresAt = registered.ExpiresAt;
        NotBefore = registered.NotBefore;
        IssuedAt = registered.IssuedAt;
        JwtId = registered.JwtId;
    }

    /// <summary><c>iss</c> (RFC 7519, 4.1.1).</summary>
    public string? Issuer { get; }

    /// <summary><c>sub</c> (RFC 7519, 4.1.2); unique only together with the issuer.</summary>
    public string? Subject { get; }

    /// <summary><c>aud</c> (RFC 7519, 4.1.3), of one or many; empty when there is none.</summary>
    public IReadOnlyList<string> Audiences { get; }

    /// <summary><c>exp</c> (RFC 7519, 4.1.4).</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary><c>nbf</c> (RFC 7519, 4.1.5).</summary>
    public DateTimeOffset? NotBefore { get; }

    /// <summary><c>iat</c> (RFC 7519, 4.1.6).</summary>
    public DateTimeOffset? IssuedAt { get; }

    /// <summary><c>jti</c> (RFC 7519, 4.1.7).</summary>
    public string? JwtId { get; }

    /// <summary>All claims; every text in them can be read, no member stands twice.</summary>
    public JsonElement Claims { get; }

    /// <summary>The id of the key that verified it.</summary>
    public string? KeyId { get; }

    /// <summary>The header's <c>alg</c>.</summary>
    public string Algorithm { get; }

    /// <summary>The header's <c>typ</c>, as it was written.</summary>
    public string? Type { get; }

    /// <summary>A claim that is a text, or null.</summary>
    /// <param name="name">The claim's name.</param>
    public string? Text(string name) =>
        Claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A claim that is a time in the form of RFC 7519, 2 (NumericDate), or null.</summary>
    /// <param name="name">The claim's name.</param>
    public DateTimeOffset? Time(string name) =>
        Claims.TryGetProperty(name, out var value) && Verifying.NumericDate.TryRead(value, out var time) ? time : null;
}
