using System.Diagnostics;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication.Tokens;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Authentication.Introspection;

/// <summary>Believes a token of which its issuer's introspection endpoint says that it is active, where the rule's own conditions hold too.</summary>
internal sealed class IntrospectionAuthenticator(IntrospectionSettings settings, RuleForm form, Introspector introspector, BearerSessions sessions, BearerEndings endings, TimeProvider time) : IAuthenticator
{
    private readonly bool _forwards = settings.ForwardCredentials ?? form == RuleForm.Oathkeeper;
    private readonly ScopeStrategy _strategy = settings.StrategyIn(form);
    private readonly string? _sentScope = settings.StrategyIn(form) == ScopeStrategy.None && settings.RequiredScope.Count > 0 ? string.Join(' ', settings.RequiredScope) : null;
    private readonly string _endpoint = ServiceAddress.OriginOf(settings.IntrospectionUrl);

    public string Name => IntrospectionAuthenticatorKind.KindName;

    /// <summary>
    /// A bearer is a session only where the token is meant for this realm: one that was made for another service, and stolen
    /// there, must not hold grants here.
    /// </summary>
    public bool GivesSession { get; } = settings.TargetAudience.Count > 0 && settings.TrustedIssuers.Count > 0;

    public TrustedTokens? Trusts { get; } = new(settings.TrustedIssuers, settings.TargetAudience);

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
        BearerToken.Find(request.Received, settings.TokenFrom) switch
        {
            { IsAmbiguous: true } => new(BearerToken.Doubled),
            { Text: null } => new(BearerToken.Missing),
            { Text: { } token } when !token.StartsWith(settings.Prefix, StringComparison.Ordinal) => new(BearerToken.Foreign),
            { Text: { } token } => AskAsync(token, request, cancellation),
        };

    private async ValueTask<AuthenticationOutcome> AskAsync(string token, ProxiedRequest request, CancellationToken cancellation)
    {
        var host = settings.PreserveHost ? request.Received.Address.Host : null;
        switch (await introspector.AskAsync(token, _sentScope, host, answer => Objection(answer) is null, cancellation))
        {
            case IntrospectionOutcome.Answered { Answer: var answer }:
                // Asked of every answer, remembered ones too: what another rule accepted says nothing about this one.
                return Objection(answer) ?? await endings.HoldAsync(Accept(answer, token), cancellation);
            case IntrospectionOutcome.Refused refused:
                request.RateLimit = refused.RateLimit;
                return new AuthenticationOutcome.Rejected(refused.Refusal, refused.Why);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Why the token is not believed here; null where it is.</summary>
    private AuthenticationOutcome.Rejected? Objection(IntrospectionAnswer answer)
    {
        var now = time.GetUtcNow();
        return answer.TokenUse is not ("" or "access_token") ? Insufficient("the token is no access token")
            : !answer.Active ? Invalid("the token is not active")
            : answer.ExpiresAt <= now ? Invalid("the token has expired")
            : answer.NotBefore > now ? Invalid("the token is not valid yet")
            : !settings.TargetAudience.All(answer.Audiences.Contains) ? Insufficient("the token is meant for another audience")
            : settings.TrustedIssuers.Count > 0 && !settings.TrustedIssuers.Contains(answer.Issuer) ? Insufficient("the token's issuer is not trusted")
            : _strategy != ScopeStrategy.None && settings.RequiredScope.FirstOrDefault(scope => !_strategy.Covers(answer.Scopes, scope)) is { } missing ? Insufficient($"scope '{missing}' is not granted")
            : form == RuleForm.AuthProxy && answer.Subject.Length == 0 ? Invalid("the token names no subject")
            : null;
    }

    private AuthenticationOutcome.Accepted Accept(IntrospectionAnswer answer, string token)
    {
        var sid = sessions.SidOf(answer.Issuer, answer.Answer, token);
        var session = GivesSession && answer.ExpiresAt is { } expires ? new SessionIdentity(sid, expires) : null;
        var bearer = sessions.IdentityOf(answer.Issuer, answer.Subject, sid, answer.IssuedAt, answer.ExpiresAt);
        return settings.TokenFrom.Accept(
            new Subject(answer.Issuer.Length > 0 ? answer.Issuer : _endpoint, answer.Subject, answer.Claims, session) { Bearer = bearer }, _forwards);
    }

    private static AuthenticationOutcome.Rejected Invalid(string why) => new(ProxyRefusals.CredentialsInvalid, why);

    private static AuthenticationOutcome.Rejected Insufficient(string why) => new(ProxyRefusals.CredentialsInsufficient, why);
}

internal sealed class IntrospectionAuthenticatorKind(IRemoteCaller caller, BearerSessions sessions, BearerEndings endings, TimeProvider time) : IHandlerKind<IAuthenticator>
{
    public const string KindName = "oauth2_introspection";

    private readonly Shared<Introspector> _introspectors = new();

    public string Name => KindName;

    public Schema Schema => IntrospectionSettings.Schema;

    public IReadOnlyList<string> Destinations { get; } = [IntrospectionSettings.UrlKey, IntrospectionSettings.TokenUrlKey];

    public IAuthenticator? Prepare(HandlerPreparation preparation)
    {
        var before = preparation.Faults.Count;
        if (!preparation.TryRead(IntrospectionSettings.Schema, out var settings))
        {
            return null;
        }

        preparation.CheckPrivacy(IntrospectionSettings.UrlKey, settings.IntrospectionUrl);
        preparation.CheckPrivacy(IntrospectionSettings.TokenUrlKey, settings.PreAuthorization.TokenUrl);
        settings.TokenFrom.Check(preparation);
        OwnTokens.Check(preparation, settings.ForwardCredentials, settings.OnVaultHost);
        if (preparation.Faults.Count > before)
        {
            return null;
        }

        var introspector = _introspectors.For(settings.IdentityIn(preparation.Form), () => new Introspector(settings, preparation.Form, caller, time));
        return new IntrospectionAuthenticator(settings, preparation.Form, introspector, sessions, endings, time);
    }
}
