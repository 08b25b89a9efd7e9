using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication.Tokens;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Authentication.Introspection;

/// <summary>Whose word on tokens counts, and what it has to be. Oathkeeper's keys mean what they mean there.</summary>
/// <param name="IntrospectionUrl">The endpoint that knows the tokens.</param>
/// <param name="RequiredScope">All of these must be granted.</param>
/// <param name="TargetAudience">All of these must be in the token's audience.</param>
/// <param name="TrustedIssuers">One of these must have issued it; empty: anybody.</param>
/// <param name="ScopeStrategy">How granted scopes cover required ones; null: exact in our form, none in Oathkeeper's.</param>
/// <param name="TokenFrom">Where the token stands.</param>
/// <param name="Prefix">What tokens of this authenticator begin with.</param>
/// <param name="PreserveHost">Tells the endpoint which host the client asked.</param>
/// <param name="RequestHeaders">Headers that go along.</param>
/// <param name="PreAuthorization">The client that the endpoint is asked as.</param>
/// <param name="Retry">How long and how often it is asked.</param>
/// <param name="Cache">Whether good answers are remembered.</param>
/// <param name="ForwardCredentials">Whether the upstream sees the token; null: no in our form, yes in Oathkeeper's.</param>
/// <param name="OnVaultHost">Whether rules towards the Tokenizer may believe bearer tokens.</param>
internal sealed record IntrospectionSettings(
    Uri IntrospectionUrl,
    IReadOnlyList<string> RequiredScope,
    IReadOnlyList<string> TargetAudience,
    IReadOnlyList<string> TrustedIssuers,
    ScopeStrategy? ScopeStrategy,
    TokenLocation TokenFrom,
    string Prefix,
    bool PreserveHost,
    IReadOnlyDictionary<string, string> RequestHeaders,
    PreAuthorizationSettings PreAuthorization,
    RetrySettings Retry,
    AnswerCacheSettings Cache,
    bool? ForwardCredentials,
    bool OnVaultHost)
{
    public const string UrlKey = "introspection_url";
    public const string TokenUrlKey = "pre_authorization.token_url";

    public static readonly Schema<IntrospectionSettings> Schema = Declare.Object<IntrospectionSettings>(
        "oauth2_introspection", "Believes a token of which its issuer's introspection endpoint says that it is active (RFC 7662).", o =>
    {
        var url = o.ServiceUrl(UrlKey, "The endpoint that knows the tokens.");
        var scope = o.List("required_scope", Declare.Text, "All of these scopes must be granted.");
        var audience = o.List("target_audience", Declare.Text, "All of these must be in the token's audience.");
        var issuers = o.List("trusted_issuers", Declare.Text, "One of these must have issued the token, compared character for character; without the key anybody.");
        var strategy = o.Choice("scope_strategy", "How granted scopes cover required ones; none asks the endpoint itself. Without the key exact in our rules, none in Oathkeeper's.", ScopeStrategies.Words).Optional();
        var tokenFrom = o.Value("token_from", TokenLocation.Schema, "Where the token stands; without the key in the Authorization header.").Optional();
        var prefix = o.Text("prefix", "What the tokens begin with; others are another authenticator's business.").Default("");
        var preserveHost = o.Boolean("preserve_host", "Tells the endpoint the client's host as X-Forwarded-Host.").Default(false);
        var headers = o.FixedHeaders("introspection_request_headers", "Headers that go along.");
        var preAuthorization = o.Object("pre_authorization", PreAuthorizationSettings.Schema, "Asks with an access token of the Proxy's own.");
        var retry = o.Object("retry", RetrySettings.Schema, "How long and how often the endpoint is asked.");
        var cache = o.Object("cache", AnswerCacheSettings.Schema("max_cost", 10_000), "Whether good answers are remembered. Not where the endpoint itself judges scopes (scope_strategy none).");
        var forward = o.Boolean("forward_credentials", "Whether the upstream sees the token: never in our rules, in Oathkeeper's unless this says no.").Optional();
        var onVaultHost = o.Boolean("on_vault_host", "Whether rules towards the Tokenizer may believe bearer tokens, whose holder is no browser with a session.").Default(false);
        return read => new IntrospectionSettings(
            read.Get(url), read.Get(scope), read.Get(audience), read.Get(issuers), read.Get(strategy), read.Get(tokenFrom) ?? TokenLocation.Authorization, read.Get(prefix),
            read.Get(preserveHost), read.Get(headers), read.Get(preAuthorization), read.Get(retry), read.Get(cache), read.Get(forward), read.Get(onVaultHost));
    });

    public ScopeStrategy StrategyIn(RuleForm form) => ScopeStrategy ?? (form == RuleForm.Oathkeeper ? Tokens.ScopeStrategy.None : Tokens.ScopeStrategy.Exact);

    /// <summary>Two uses share it exactly when they ask the same endpoint the same way, and may share what it answers to the same token.</summary>
    public AnswerKey IdentityIn(RuleForm form) => AnswerKey.Of(
    [
        $"{form}", IntrospectionUrl.OriginalString, $"{Retry.GiveUpAfter.Ticks}", $"{Retry.MaxDelay.Ticks}", Cache.Identity,
        $"{RequestHeaders.Count}", .. RequestHeaders.SelectMany(header => new[] { header.Key, header.Value }), .. PreAuthorization.Identity,
    ]);
}
