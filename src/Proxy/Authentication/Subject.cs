using System.Text.Json;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Rules.Requirements;

namespace AuthProxy.Proxy.Authentication;

/// <summary>Who is asking: an issuer's word for somebody, and what it says of them.</summary>
/// <param name="Issuer">Who says so. A subject is the pair of issuer and id; an id alone means nothing.</param>
/// <param name="Id">The issuer's <c>sub</c>; empty only where an authenticator accepts without learning who it is.</param>
/// <param name="Claims">What the issuer says, a JSON object; never null, empty where there is nothing.</param>
/// <param name="Session">The session that the request belongs to, where there is one.</param>
internal sealed record Subject(string Issuer, string Id, JsonElement Claims, SessionIdentity? Session)
{
    private static readonly JsonElement NoClaims = JsonDocument.Parse("{}").RootElement;

    /// <summary>
    /// How and when the subject proved who it is, where that is kept apart from the claims; null: as the claims say, which the issuer of the
    /// credentials has written itself.
    /// </summary>
    public AuthenticationFacts? Authentication { get; init; }

    /// <summary>By what the end of a bearer token is recognised, where one was shown.</summary>
    public BearerIdentity? Bearer { get; init; }

    /// <summary>Somebody of whom nothing is known but a name that the configuration gives.</summary>
    public static Subject WithoutClaims(string issuer, string id) => new(issuer, id, NoClaims, null);
}

/// <summary>One login of a subject, as others may know it.</summary>
/// <param name="Sid">The public, stable id; never the cookie's secret.</param>
/// <param name="ExpiresAt">When it ends at the latest.</param>
internal sealed record SessionIdentity(string Sid, DateTimeOffset ExpiresAt)
{
    /// <summary>Whether nobody has logged in: the session only tells one visitor from another.</summary>
    public bool IsGuest { get; init; }
}

/// <summary>By what the end of a bearer token is recognised: whoever ends it does not know the token.</summary>
/// <param name="Subject">Keyed hash of issuer and subject.</param>
/// <param name="Login">Keyed hash of the login that it belongs to.</param>
/// <param name="IssuedAt">When it was issued; null where the issuer does not say.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
internal sealed record BearerIdentity(StoreKey Subject, StoreKey Login, DateTimeOffset? IssuedAt, DateTimeOffset? ExpiresAt);
