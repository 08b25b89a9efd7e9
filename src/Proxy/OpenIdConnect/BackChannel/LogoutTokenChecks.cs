using System.Diagnostics;
using AuthProxy.Jose;
using AuthProxy.Jose.Reading;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.OpenIdConnect.BackChannel;

/// <summary>
/// Decides whether a logout token is to be believed (OpenID Connect Back-Channel Logout 1.0, section 2.6). No ID token is one, for it
/// tells of no event and answers a nonce; and no logout token is an ID token or a bearer.
/// </summary>
internal sealed class LogoutTokenChecks(OidcProviderSettings settings, IKeySource keys, TimeProvider clock)
{
    /// <summary>How old a token may be: a provider sends it when it is made.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromMinutes(5);

    /// <summary>OpenID Connect Core, section 2: a <c>sub</c> has at most 255 characters; no sane session id or token id has more.</summary>
    private const int LongestText = 255;

    private readonly JwtVerifier _verifier = new(clock);
    private readonly JwtPolicy _policy = new()
    {
        Type = JwtTypes.Logout,

        // Section 2.4 recommends the type; many providers write none, or JWT.
        TypeIsOptional = true,
        Algorithms = settings.AllowedAlgorithms,
        Issuers = [settings.Issuer],
        Audiences = [settings.Client.Id],
        ClockSkew = settings.ClockSkew,
        RequiredClaims = ["iat", "jti", "events"],
    };

    /// <summary>How long a token that was used has to be remembered: afterwards it is too old.</summary>
    public TimeSpan Remembered { get; } = Freshness + (2 * settings.ClockSkew);

    public async ValueTask<LogoutTokenOutcome> CheckAsync(string token, CancellationToken cancellation) =>
        await _verifier.VerifyAsync(token, _policy, keys, cancellation) switch
        {
            JwtOutcome.Verified { Jwt: var jwt } => Object(jwt) is { } why ? new LogoutTokenOutcome.Refused(why) : new LogoutTokenOutcome.Believed(Read(jwt)),
            JwtOutcome.Rejected rejected => new LogoutTokenOutcome.Refused($"the logout token is not believed: {rejected.Why}"),
            JwtOutcome.KeysUnavailable unavailable => new LogoutTokenOutcome.Undecided($"the provider's keys cannot be had: {unavailable.Why}"),
            _ => throw new UnreachableException(),
        };

    private string? Object(VerifiedJwt jwt) =>
        !LogoutEvent.IsWellFormedIn(jwt.Claims) ? "the token tells of no logout"
        : jwt.Claims.TryGetProperty("nonce", out _) ? "the token holds a nonce, which only an ID token may"
        : clock.GetUtcNow() - settings.ClockSkew - jwt.IssuedAt > Freshness ? "the token is too old"
        : jwt.JwtId is not { Length: > 0 and <= LongestText } ? "the token's jti is empty or too long"
        : !StrictJson.TryGetText(jwt.Claims, "sid"u8, out var sid) || sid is { Length: 0 or > LongestText } ? "the token's sid is no text, empty or too long"
        : jwt.Subject is { Length: 0 or > LongestText } ? "the token's sub is empty or too long"
        : jwt.Subject is null && sid is null ? "the token names neither a subject nor a session"
        : null;

    private static LogoutToken Read(VerifiedJwt jwt) => new(jwt.Issuer!, jwt.Subject, jwt.Text("sid"), jwt.IssuedAt!.Value, jwt.JwtId!);
}
