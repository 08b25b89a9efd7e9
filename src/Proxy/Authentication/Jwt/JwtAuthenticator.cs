using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Authentication.Jwt;

/// <summary>Believes a signed JSON web token that the request carries.</summary>
internal sealed class JwtAuthenticator(TokenLocation location, JwtTrust trust) : IAuthenticator
{
    private static readonly AuthenticationOutcome.NotMine NoToken = new("the request carries no bearer token");
    private static readonly AuthenticationOutcome.Rejected TwoTokens = new(ProxyRefusals.CredentialsAmbiguous, "the request carries more than one bearer token");

    public string Name => JwtAuthenticatorKind.KindName;

    public bool GivesSession => trust.GivesSession;

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
        BearerToken.Find(request.Received, location) switch
        {
            { IsAmbiguous: true } => new(TwoTokens),
            { Text: null } => new(NoToken),
            var token => trust.JudgeAsync(token, cancellation),
        };
}

internal sealed class JwtAuthenticatorKind(JwtTrusts trusts) : IHandlerKind<IAuthenticator>
{
    public const string KindName = "jwt";

    public string Name => KindName;

    public Schema Schema => JwtSettings.Schema;

    public IAuthenticator? Prepare(HandlerPreparation preparation)
    {
        var before = preparation.Faults.Count;
        if (!preparation.TryRead(JwtSettings.Schema, out var settings))
        {
            return null;
        }

        if (settings.FirstUnprotectedAddress() is { } address)
        {
            Complain(preparation, $"fetches keys from {address} over plain http, where they could be replaced on the way; write https");
        }

        if (preparation.Form == RuleForm.AuthProxy)
        {
            CheckOurForm(preparation, settings);
        }

        return preparation.Faults.Count == before ? new JwtAuthenticator(settings.TokenFrom, trusts.For(settings, preparation.Form)) : null;
    }

    private static void CheckOurForm(HandlerPreparation preparation, JwtSettings settings)
    {
        if (settings.TrustedIssuers.Count == 0)
        {
            preparation.Fault("names no trusted_issuers; any issuer whose keys are in jwks_urls would be believed");
        }

        if (settings.TargetAudience.Count == 0)
        {
            preparation.Fault("names no target_audience; a token made for any other service would be believed");
        }

        if (settings is { RequiredScope.Count: > 0, ScopeStrategy: ScopeStrategy.None })
        {
            preparation.Fault("has required_scope and scope_strategy 'none', under which no scope is ever granted");
        }

        // This very rule accepts the token: whoever is given it could act as the caller here.
        if (settings.ForwardCredentials == true)
        {
            preparation.Fault("would pass on a token that this rule accepts (forward_credentials); the upstream gets the assertion mutator's word instead");
        }

        if (preparation.Rule?.Upstream is { IsTokenizer: true } && !settings.OnVaultHost)
        {
            preparation.Fault("lets bearer tokens read values; write on_vault_host: true if that is meant");
        }

        if (settings.TokenFrom.Header is null)
        {
            preparation.Fault("takes the token from where other origins or logs can get at it; write token_from.header");
        }
    }

    // Oathkeeper's files name plain addresses inside of clusters: they are taken, and complained about.
    private static void Complain(HandlerPreparation preparation, string message)
    {
        if (preparation.Form == RuleForm.Oathkeeper)
        {
            preparation.Faults.Warn(preparation.Config, message);
        }
        else
        {
            preparation.Fault(message);
        }
    }
}
