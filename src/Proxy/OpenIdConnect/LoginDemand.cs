using AuthProxy.Proxy.Sessions;
using AuthProxy.Rules.Requirements;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>What a login has to bring, so that the page that asked for it lets the person in. Sealed into all that travels through the browser.</summary>
/// <param name="Provider">Where to log in, by name.</param>
/// <param name="Issuer">Its issuer: proxies of one realm that mean different providers by one name must not send people round in circles.</param>
/// <param name="Authentication">How, and how lately, the person must have signed in there; null: as the provider likes.</param>
internal sealed record LoginDemand(string Provider, string Issuer, AuthenticationRequirement? Authentication = null)
{
    public static LoginDemand For(OidcProvider provider, AuthenticationRequirement? authentication = null) => new(provider.Name, provider.Settings.Issuer, authentication);

    /// <summary>Whether a session is what another login would bring. Decided as rules decide it, or people would go round in circles.</summary>
    public bool IsMetBy(Session session, DateTimeOffset now) =>
        session.Provider == Provider && session.Issuer == Issuer && Authentication?.WhyNot(session.Authentication, now) is null;
}
