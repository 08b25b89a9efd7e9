using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Watching;
using AuthProxy.Jose;

namespace AuthProxy.Proxy.OpenIdConnect.Clients;

/// <summary>
/// An assertion that somebody else signs and renews in a file: a projected service account token, by which the provider trusts the cluster
/// (RFC 7523, section 2.2). No secret has to be kept anywhere.
/// </summary>
internal sealed class ClientAssertionFile(string clientId, Secret assertion, TimeProvider clock, ILogger log) : ClientAuthentication
{
    private readonly SecretFile _file = new(assertion, clock, log);

    /// <summary>Why a text is no assertion; null where it looks like one. Whatever else lies in the file, a private key above all, is never sent.</summary>
    public static string? ObjectTo(string text) => UnverifiedJwt.Read(text) is JwtReadOutcome.Read ? null : "holds no JSON web token of at most 16 KiB";

    public override string? TryAdd(HttpRequestMessage request, List<KeyValuePair<string, string>> form, Uri tokenEndpoint)
    {
        var text = _file.Reveal();
        if (ObjectTo(text) is { } why)
        {
            return $"the client assertion's file {why}";
        }

        AddAssertion(form, clientId, text);
        return null;
    }

    public override void Dispose() => _file.Dispose();

    public override string ToString() => nameof(ClientAssertionFile);
}
