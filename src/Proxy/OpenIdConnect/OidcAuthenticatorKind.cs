using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Makes the <c>oidc</c> authenticator for rules, where a provider is configured.</summary>
internal sealed class OidcAuthenticatorKind(LiveSessions? sessions = null) : IHandlerKind<IAuthenticator>
{
    public const string KindName = "oidc";

    public string Name => KindName;

    public Schema Schema => OidcSettings.Schema;

    public IAuthenticator? Prepare(HandlerPreparation preparation)
    {
        if (preparation.Where.Config is not null)
        {
            preparation.Fault("has a config of its own; the provider is the same for all rules: write it under authenticators.oidc.config");
            return null;
        }

        if (sessions is null)
        {
            preparation.Fault("needs a provider under authenticators.oidc.config, and serve.proxy.public_urls to come back to");
            return null;
        }

        return new OidcAuthenticator(sessions);
    }
}
