using AuthProxy.Jose;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.OpenIdConnect.Claims;
using AuthProxy.Proxy.OpenIdConnect.Clients;
using AuthProxy.Proxy.OpenIdConnect.Revocation;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>One OpenID provider and everything that speaks with it. It shares nothing with the others: one that is down delays its own logins only.</summary>
internal sealed class OidcProvider : IDisposable
{
    private readonly ClientAuthentication _authentication;
    private readonly AuthorizationRequests _requests;

    public OidcProvider(
        OidcProviderSettings settings, LoginAddresses addresses, Passages passages, ProviderHttp http, SigningKeyRing? assertionKeys, TimeProvider clock, ILoggerFactory logs)
    {
        Settings = settings;
        Discovery = new Discovery(settings, http, clock, logs.CreateLogger<Discovery>());
        _authentication = ClientAuthentication.Create(settings, assertionKeys, clock, logs.CreateLogger<ClientAuthentication>());
        var forms = new ClientForms(settings, _authentication, http, clock);
        Tokens = new TokenEndpoint(forms, settings.Timeout);
        var checks = new IdTokenChecks(settings, Discovery.Keys, clock);
        _requests = new AuthorizationRequests(settings, addresses.RedirectUriOf(settings.Name), forms);
        var claims = new ClaimSources(settings, new UserInfoRequest(settings, Discovery, http, clock), logs.CreateLogger<ClaimSources>());
        Client = new OidcClient(settings, addresses, passages, Discovery, _requests, Tokens, checks, claims, clock);
        Revocation = new RevocationEndpoint(Discovery, forms);
        Refresh = new RefreshGrant(settings, Discovery, Tokens, checks, claims, clock, logs.CreateLogger<RefreshGrant>());
    }

    public string Name => Settings.Name;

    public OidcProviderSettings Settings { get; }

    /// <summary>Its metadata and its keys.</summary>
    public Discovery Discovery { get; }

    public TokenEndpoint Tokens { get; }

    public OidcClient Client { get; }

    public RefreshGrant Refresh { get; }

    public RevocationEndpoint Revocation { get; }

    /// <summary>
    /// Whether a session is this provider's word. The issuer counts too: a name that was given to another provider since must not
    /// carry the old one's sessions over to it.
    /// </summary>
    public bool VouchesFor(Session session) => session.Provider == Name && session.Issuer == Settings.Issuer;

    public void Dispose()
    {
        Discovery.Dispose();
        _requests.Dispose();
        Tokens.Dispose();
        _authentication.Dispose();
    }

    public override string ToString() => Name;
}
