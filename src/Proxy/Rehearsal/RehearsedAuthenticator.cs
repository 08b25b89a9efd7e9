using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authentication.Anonymous;
using AuthProxy.Proxy.Authentication.Noop;
using AuthProxy.Proxy.Authentication.Unauthorized;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.OpenIdConnect;
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

    /// <summary>Whether whoever it accepts carries an Authorization header, at which others look too.</summary>
    public bool ShowsAuthorization => shows == ConsumedCredentials.Authorization;

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
        prompter.Script.As is { } named
            ? new(new AuthenticationOutcome.Accepted(SubjectOf(named), shows == ConsumedCredentials.SessionCookie && !IsFromAPage(request.Received) ? ConsumedCredentials.None : shows))
            : real.AuthenticateAsync(context, request, cancellation);

    // Only a test that says which page sent the request is about other origins.
    private static bool IsFromAPage(FrozenRequest received) =>
        received.Headers.ContainsKey("Sec-Fetch-Site") || received.Headers.Origin.Count > 0 || received.IsUpgrade;

    private Subject SubjectOf(RuleTestSubject named) => new(
        Claim(named, "iss") ?? Issuer,
        named.Subject,
        named.Claims,
        GivesSession ? new SessionIdentity(Claim(named, "sid") ?? $"rehearsal-{named.Subject}", time.GetUtcNow() + SessionLife) : null);

    private static string? Claim(RuleTestSubject named, string name) =>
        named.Claims.TryGetProperty(name, out var claim) && claim.ValueKind == System.Text.Json.JsonValueKind.String ? claim.GetString() : null;
}

/// <summary>Accepts nobody in particular as the rule's own does, but never somebody whose credentials stand where it looks.</summary>
internal sealed class RehearsedAnonymous(IAuthenticator real, Prompter prompter) : IAuthenticator
{
    private static readonly AuthenticationOutcome.NotMine Somebody = new("whom the request is made as shows an Authorization header");

    public string Name => real.Name;

    public bool GivesSession => real.GivesSession;

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
        prompter.Script.As is not null && request.Match.Rule.Authenticators.OfType<RehearsedAuthenticator>().FirstOrDefault() is { ShowsAuthorization: true }
            ? new(Somebody)
            : real.AuthenticateAsync(context, request, cancellation);
}

/// <summary>Makes the rule's own authenticator and puts the rehearsed one in its place.</summary>
internal sealed class RehearsedAuthenticatorKind(IHandlerKind<IAuthenticator> real, Prompter prompter, TimeProvider time) : IHandlerKind<IAuthenticator>
{
    public string Name => real.Name;

    public Schema Schema => real.Schema;

    public IReadOnlyList<string> Destinations => real.Destinations;

    public IAuthenticator? Prepare(HandlerPreparation preparation) => real.Prepare(preparation) is not { } authenticator ? null : Name switch
    {
        // These know nobody, whoever asks.
        NoopAuthenticatorKind.KindName or UnauthorizedAuthenticatorKind.KindName => authenticator,
        AnonymousAuthenticatorKind.KindName => new RehearsedAnonymous(authenticator, prompter),
        _ => new RehearsedAuthenticator(authenticator, ShownTo(preparation), prompter, time),
    };

    private ConsumedCredentials ShownTo(HandlerPreparation preparation) =>
        Name == OidcAuthenticatorKind.KindName ? ConsumedCredentials.SessionCookie
        : Name == "cookie_session" || preparation.Config is ConfigMapping config && config["token_from"] is not null ? ConsumedCredentials.None
        : ConsumedCredentials.Authorization;
}

/// <summary>There are no sessions in a rehearsal: a cookie is nobody's.</summary>
internal sealed class RehearsedSessionKind(IHandlerKind<IAuthenticator> real) : IHandlerKind<IAuthenticator>
{
    public string Name => real.Name;

    public Schema Schema => real.Schema;

    public IReadOnlyList<string> Destinations => real.Destinations;

    // What is wrong with the use is the real kind's to say; that no provider is there is right here.
    public IAuthenticator? Prepare(HandlerPreparation preparation) =>
        preparation.Where.Config is null ? new NoSession() : real.Prepare(preparation);

    private sealed class NoSession : IAuthenticator
    {
        private static readonly AuthenticationOutcome.NotMine Nobody = new("the request carries no session that is known here");

        public string Name => OidcAuthenticatorKind.KindName;

        public bool GivesSession => true;

        public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) => new(Nobody);
    }
}
