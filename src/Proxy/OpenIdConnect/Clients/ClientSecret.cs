using System.Net.Http.Headers;
using System.Text;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Watching;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.OpenIdConnect.Clients;

/// <summary>A secret that both sides know, as of now: its file may change.</summary>
internal sealed class ClientSecret(OidcClientSettings client, Secret secret, TimeProvider clock, ILogger log) : ClientAuthentication
{
    private readonly SecretFile _file = new(secret, clock, log);

    public override string? TryAdd(HttpRequestMessage request, List<KeyValuePair<string, string>> form, Uri tokenEndpoint)
    {
        if (client.Authentication == OidcClientAuthentication.Basic)
        {
            // RFC 6749, section 2.3.1: both halves are form-encoded before they are joined by a colon.
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{FormText.Encode(client.Id)}:{FormText.Encode(_file.Reveal())}")));
            return null;
        }

        form.Add(new("client_id", client.Id));
        form.Add(new("client_secret", _file.Reveal()));
        return null;
    }

    public override void Dispose() => _file.Dispose();

    public override string ToString() => nameof(ClientSecret);
}
