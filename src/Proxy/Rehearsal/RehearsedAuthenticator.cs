using System.Text.Json;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authentication.Tokens;
using AuthProxy.Rules.Requirements;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>
/// The rule's own authenticator, which accepts whom the script names in place of credentials that nobody can write into a file. Without
/// such a name it judges the request itself.
/// </summary>
/// <param name="real">The rule's own.</param>
/// <param name="shows">What of a real request would carry the credentials.</param>
/// <param name="prompter">Holds the script.</param>
/// <param name="time">What time it is.</param>
internal sealed class RehearsedAuthenticator(IAuthenticator real, ConsumedCredentials shows, Prompter prompter, TimeProvider time) : IAuthenticator
{
    // No real issuer's name: what is signed in a rehearsal must not be believed anywhere.
    private const string Issuer = "https://rehearsal.invalid";

    private static readonly TimeSpan SessionLife = TimeSpan.FromHours(1);

    public string Name => real.Name;

    public bool GivesSession => real.GivesSession;

    public bool AdmitsGuests => real.AdmitsGuests;

    public TrustedTokens? Trusts => real.Trusts;

    /// <summary>Whether whoever it accepts carries an Authorization header, at which others look too.</summary>
    public bool ShowsAuthorization => shows == ConsumedCredentials.Authorization;

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
        prompter.Script.As is { } named && (!IsGuest(named) || AdmitsGuests)
            ? new(new AuthenticationOutcome.Accepted(SubjectOf(named), shows == ConsumedCredentials.SessionCookie && !IsFromAPage(request.Received) ? ConsumedCredentials.None : shows))
            : real.AuthenticateAsync(context, request, cancellation);

    // Only a test that says which page sent the request is about other origins.
    private static bool IsFromAPage(FrozenRequest received) =>
        received.Headers.ContainsKey("Sec-Fetch-Site") || received.Headers.Origin.Count > 0 || received.IsUpgrade;

    private Subject SubjectOf(RuleTestSubject named) => new(
        Claim(named, "iss") ?? Issuer,
        named.Subject,
        named.Claims,
        GivesSession ? new SessionIdentity(Claim(named, "sid") ?? $"rehearsal-{named.Subject}", time.GetUtcNow() + SessionLife) { IsGuest = IsGuest(named) } : null)
    {
        Authentication = named.AuthAge is { } age ? new AuthenticationFacts(Claim(named, "acr"), time.GetUtcNow() - age) : null,
    };

    private static bool IsGuest(RuleTestSubject named) => named.Claims.TryGetProperty("guest", out var guest) && guest.ValueKind == JsonValueKind.True;

    private static string? Claim(RuleTestSubject named, string name) =>
        named.Claims.TryGetProperty(name, out var claim) && claim.ValueKind == JsonValueKind.String ? claim.GetString() : null;
}
