using AuthProxy.Jose;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.OpenIdConnect.Clients;

/// <summary>How this Proxy proves at a provider's endpoints which client it is (RFC 6749, section 2.3). One way for every endpoint.</summary>
internal abstract class ClientAuthentication : IDisposable
{
    /// <summary>RFC 7523, section 2.2.</summary>
    private const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <param name="settings">The provider.</param>
    /// <param name="assertionKeys">What this Proxy signs assertions for upstreams with; a client's key must be another one.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="log">Where changes of files are told.</param>
    public static ClientAuthentication Create(OidcProviderSettings settings, SigningKeyRing? assertionKeys, TimeProvider clock, ILogger log) => settings.Client switch
    {
        { Authentication: OidcClientAuthentication.PrivateKeyJwt, Assertion: { } assertion } => new ClientAssertionFile(settings.Client.Id, assertion, clock, log),
        { Authentication: OidcClientAuthentication.PrivateKeyJwt, Key: { } key } => new ClientKey(settings, key, assertionKeys, clock, log),
        { Secret: { } secret } client => new ClientSecret(client, secret, clock, log),
        var client => new PublicClient(client.Id),
    };

    /// <summary>Adds what proves it; why nothing can be added, or null where it was.</summary>
    /// <param name="request">The request, for schemes of the Authorization header.</param>
    /// <param name="form">The form, for all others.</param>
    /// <param name="tokenEndpoint">The provider's token endpoint, whichever endpoint is asked.</param>
    public abstract string? TryAdd(HttpRequestMessage request, List<KeyValuePair<string, string>> form, Uri tokenEndpoint);

    public abstract void Dispose();

    private protected static void AddAssertion(List<KeyValuePair<string, string>> form, string clientId, string assertion)
    {
        form.Add(new("client_id", clientId));
        form.Add(new("client_assertion_type", JwtBearer));
        form.Add(new("client_assertion", assertion));
    }
}

/// <summary>A client that has nothing to prove itself with: PKCE alone ties the answer to the question.</summary>
internal sealed class PublicClient(string clientId) : ClientAuthentication
{
    public override string? TryAdd(HttpRequestMessage request, List<KeyValuePair<string, string>> form, Uri tokenEndpoint)
    {
        form.Add(new("client_id", clientId));
        return null;
    }

    public override void Dispose()
    {
    }
}
