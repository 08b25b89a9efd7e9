using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication.Tokens;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;
using Microsoft.Net.Http.Headers;

namespace AuthProxy.Proxy.Authentication.SessionChecks;

/// <param name="Check">How the service is asked.</param>
/// <param name="TokenFrom">Where the token stands.</param>
/// <param name="Prefix">What tokens of this authenticator begin with.</param>
internal sealed record BearerTokenSettings(SessionCheckSettings Check, TokenLocation TokenFrom, string Prefix)
{
    public static readonly Schema<BearerTokenSettings> Schema = Declare.Object<BearerTokenSettings>("bearer_token", "Asks a service whether the session that a bearer token names is good.", o =>
    {
        var check = SessionCheckSettings.DeclareKeys(o, "sub");
        var tokenFrom = o.Value(
            "token_from", TokenLocation.Schema,
            "Where the token stands; without the key in the Authorization header. The service sees Authorization always, another header where forward_http_headers lists it.").Optional();
        var prefix = o.Text("prefix", "What the tokens begin with; others are another authenticator's business.").Default("");
        return read => new BearerTokenSettings(check(read), read.Get(tokenFrom) ?? TokenLocation.Authorization, read.Get(prefix));
    });
}

/// <summary>Asks a service whether the session that a bearer token names is good.</summary>
internal sealed class BearerTokenAuthenticator(BearerTokenSettings settings, RuleForm form, SessionCheck check) : IAuthenticator
{
    private readonly bool _forwards = settings.Check.ForwardsCredentials(form);

    public string Name => BearerTokenAuthenticatorKind.KindName;

    // The service's session is not ours: nobody tells us when it ends.
    public bool GivesSession => false;

    public TrustedTokens? Trusts => TrustedTokens.AsServiceSays;

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
        BearerToken.Find(request.Received, settings.TokenFrom) switch
        {
            { IsAmbiguous: true } => new(BearerToken.Doubled),
            { Text: null } => new(BearerToken.Missing),
            { Text: { } token } when !token.StartsWith(settings.Prefix, StringComparison.Ordinal) => new(BearerToken.Foreign),
            _ => check.AskAsync(request, subject => settings.TokenFrom.Accept(subject, _forwards), cancellation),
        };
}

internal sealed class BearerTokenAuthenticatorKind(SessionCheckFactory checks) : IHandlerKind<IAuthenticator>
{
    public const string KindName = "bearer_token";

    public string Name => KindName;

    public Schema Schema => BearerTokenSettings.Schema;

    public IReadOnlyList<string> Destinations { get; } = [SessionCheckSettings.UrlKey];

    public IAuthenticator? Prepare(HandlerPreparation preparation)
    {
        var before = preparation.Faults.Count;
        if (!preparation.TryRead(BearerTokenSettings.Schema, out var settings))
        {
            return null;
        }

        settings.Check.Check(preparation);
        settings.TokenFrom.Check(preparation);
        CheckThatTokenIsSent(preparation, settings);
        return preparation.Faults.Count == before ? new BearerTokenAuthenticator(settings, preparation.Form, checks.Create(settings.Check, HeaderNames.Authorization)) : null;
    }

    // The service would answer without having seen the token, and any text in its place would do.
    private static void CheckThatTokenIsSent(HandlerPreparation preparation, BearerTokenSettings settings)
    {
        var copied = settings.Check.CopiedHeaders;
        var (sent, remedy) = settings.TokenFrom switch
        {
            { IsAuthorization: true } => (true, ""),
            { Header: { } header } => (copied.Contains(header, StringComparer.OrdinalIgnoreCase), $"list {header} under forward_http_headers"),
            { Cookie: not null } => (copied.Contains(HeaderNames.Cookie, StringComparer.OrdinalIgnoreCase), "list Cookie under forward_http_headers"),
            _ => (!settings.Check.PreserveQuery, "write preserve_query: false"),
        };
        if (!sent)
        {
            preparation.Complain($"takes the token from where the service never sees it; {remedy}");
        }
    }
}
