using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication.Tokens;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Authentication.Jwt;

/// <summary>Believes a signed JSON web token that the request carries.</summary>
internal sealed class JwtAuthenticator(TokenLocation location, JwtTrust trust) : IAuthenticator
{
    public string Name => JwtAuthenticatorKind.KindName;

    public bool GivesSession => trust.GivesSession;

    public TrustedTokens? Trusts => trust.Trusts;

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
        BearerToken.Find(request.Received, location) switch
        {
            { IsAmbiguous: true } => new(BearerToken.Doubled),
            { Text: null } => new(BearerToken.Missing),
            var token => trust.JudgeAsync(token, cancellation),
        };
}

internal sealed class JwtAuthenticatorKind(JwtTrusts trusts) : IHandlerKind<IAuthenticator>
{
    public const string KindName = "jwt";

    public string Name => KindName;

    public Schema Schema => JwtSettings.Schema;

    public IReadOnlyList<string> Destinations { get; } = ["jwks_urls"];

    public IAuthenticator? Prepare(HandlerPreparation preparation)
    {
        var before = preparation.Faults.Count;
        if (!preparation.TryRead(JwtSettings.Schema, out var settings))
        {
            return null;
        }

        if (settings.FirstUnprotectedAddress() is { } address)
        {
            preparation.Complain($"fetches keys from {address} over plain http, where they could be replaced on the way; write https");
        }

        settings.TokenFrom.Check(preparation);
        CheckSecrets(preparation, settings);
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

        OwnTokens.Check(preparation, settings.ForwardCredentials, settings.OnVaultHost);
    }

    // A secret that was read on the way signs tokens for whoever read it.
    private static void CheckSecrets(HandlerPreparation preparation, JwtSettings settings)
    {
        if (!settings.TakesSecrets)
        {
            return;
        }

        preparation.Complain("takes tokens signed with shared secrets (HS256, HS384, HS512): whoever verifies them could also sign them");
        if (settings.FirstUnprotectedAddress() is { } address)
        {
            preparation.Fault($"would fetch shared secrets from {address} over plain http; write https or file://");
        }
    }
}
