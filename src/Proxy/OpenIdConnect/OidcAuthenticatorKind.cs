using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Refresh;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Makes the <c>oidc</c> authenticator for rules, where a provider is configured.</summary>
internal sealed class OidcAuthenticatorKind(LiveSessions? sessions = null, OidcProviders? providers = null, SessionRefresher? refresher = null) : IHandlerKind<IAuthenticator>
{
    public const string KindName = "oidc";

    public string Name => KindName;

    public Schema Schema => OidcSettings.Schema;

    public IAuthenticator? Prepare(HandlerPreparation preparation)
    {
        if (!TryReadUse(preparation, out var names))
        {
            return null;
        }

        if (sessions is null || providers is null || refresher is null)
        {
            preparation.Fault("needs a provider under authenticators.oidc.config, and serve.proxy.public_urls to come back to");
            return null;
        }

        foreach (var unknown in names.Where(name => providers.Find(name) is null))
        {
            preparation.Fault($"names the provider '{unknown}', which does not exist (known: {string.Join(", ", providers.All)})");
            return null;
        }

        return new OidcAuthenticator(sessions, refresher, providers, providers.Named(names));
    }

    // What a rule says alone: who the providers are is not for rules to say.
    public static bool TryReadUse(HandlerPreparation preparation, out IReadOnlyList<string> names)
    {
        names = [];
        return preparation.Where.Config is not { } config || OidcSettings.Use.TryRead(config, preparation.Faults, out names!);
    }
}
