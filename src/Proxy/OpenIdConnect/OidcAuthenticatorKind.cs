using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Refresh;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Makes the <c>oidc</c> authenticator for rules, where a provider is configured.</summary>
internal sealed class OidcAuthenticatorKind(
    LiveSessions? sessions = null, OidcProviders? providers = null, SessionRefresher? refresher = null, GuestDoor? guests = null) : IHandlerKind<IAuthenticator>
{
    public const string KindName = "oidc";

    public string Name => KindName;

    public Schema Schema => OidcSettings.Schema;

    public IAuthenticator? Prepare(HandlerPreparation preparation)
    {
        if (!TryReadUse(preparation, out var use))
        {
            return null;
        }

        if (sessions is null || providers is null || refresher is null || guests is null)
        {
            preparation.Fault("needs a provider under authenticators.oidc.config, and serve.proxy.public_urls to come back to");
            return null;
        }

        foreach (var unknown in use.Providers.Where(name => providers.Find(name) is null))
        {
            preparation.Fault($"names the provider '{unknown}', which does not exist (known: {string.Join(", ", providers.All)})");
            return null;
        }

        if (use.Guest && providers.All.FirstOrDefault(guests.IsMistakenFor) is { } same)
        {
            preparation.Fault($"lets guests in, but assertion.issuer is the issuer of provider '{same.Name}': a guest could be taken for somebody that the provider knows");
            return null;
        }

        return new OidcAuthenticator(sessions, refresher, providers, providers.Named(use.Providers), use.Guest ? guests : null);
    }

    public static bool TryReadUse(HandlerPreparation preparation, out OidcUse use)
    {
        use = OidcUse.Nothing;
        return preparation.Where.Config is not { } config || OidcUse.Schema.TryRead(config, preparation.Faults, out use!);
    }
}
