using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>What a login has to bring, so that the page that asked for it lets the person in. Sealed into all that travels through the browser.</summary>
/// <param name="Provider">Where to log in, by name.</param>
/// <param name="Issuer">Its issuer: proxies of one realm that mean different providers by one name must not send people round in circles.</param>
internal sealed record LoginDemand(string Provider, string Issuer)
{
    public static LoginDemand For(OidcProvider provider) => new(provider.Name, provider.Settings.Issuer);

    /// <summary>Whether a session is what another login would bring.</summary>
    public bool IsMetBy(Session session) => session.Provider == Provider && session.Issuer == Issuer;
}
