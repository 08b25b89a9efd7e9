using AuthProxy.Hosting.Configuration;
using AuthProxy.Jose;
using AuthProxy.Proxy.OpenIdConnect.Clients;

namespace AuthProxy.Proxy.Configuration;

/// <summary>The keys of one provider that say who we are there.</summary>
internal sealed class OidcClientKeys
{
    private readonly Setting<OidcClientAuthentication> _authentication;
    private readonly Setting<Secret?> _secret;
    private readonly Setting<Secret?> _key;
    private readonly Setting<string?> _assertion;
    private readonly Setting<OidcAssertionAudience> _audience;
    private readonly Setting<string> _type;

    public OidcClientKeys(ObjectDeclaration o)
    {
        _secret = o.Secret("client_secret", "The client's secret; without it, a key and an assertion this is a public client.").Optional();
        _authentication = o.Choice("client_authentication", "How the client proves who it is at the provider's endpoints.",
            ("client_secret_basic", OidcClientAuthentication.Basic), ("client_secret_post", OidcClientAuthentication.Post),
            ("private_key_jwt", OidcClientAuthentication.PrivateKeyJwt)).Default("client_secret_basic");
        _key = o.Secret("client_key", "For private_key_jwt: the private key in PEM (P-256 or RSA), as JSON web key or as key set, whose alg and kid are then used.").Optional();
        _assertion = o.Path("client_assertion_file", "For private_key_jwt in place of a key: a file that holds the assertion itself and is renewed by others, such as a projected service account token of Kubernetes.").Optional();
        _audience = o.Choice("client_assertion_audience", "For whom assertions of ours are: the issuer, unless the provider still wants its token endpoint there.",
            ("issuer", OidcAssertionAudience.Issuer), ("token_endpoint", OidcAssertionAudience.TokenEndpoint)).Default("issuer");
        _type = o.Choice("client_assertion_typ", "The typ of assertions of ours; JWT for providers that know no other.",
            (JwtTypes.ClientAuthentication, JwtTypes.ClientAuthentication), ("JWT", "JWT")).Default(JwtTypes.ClientAuthentication);
        All = [_secret, _authentication, _key, _assertion, _audience, _type];
    }

    public IReadOnlyList<Setting> All { get; }

    public OidcClientSettings Read(ObjectReading read, string id)
    {
        var isJwt = read.Get(_authentication) == OidcClientAuthentication.PrivateKeyJwt;
        foreach (var other in (isJwt ? [_secret] : new Setting[] { _key, _assertion, _audience, _type }).Where(read.IsGiven))
        {
            read.Fault(other, isJwt ? "has no use beside private_key_jwt; leave it out" : "is for client_authentication: private_key_jwt");
        }

        if (isJwt && read.IsGiven(_key) == read.IsGiven(_assertion))
        {
            read.Fault(_authentication, "needs one of client_key and client_assertion_file");
        }

        if (read.Get(_key) is { } key && ClientKey.Parse(key.Reveal(), out var why) is null)
        {
            read.Fault(_key, $"cannot be used: {why}");
        }

        return new OidcClientSettings(
            id, read.Get(_authentication), read.Get(_secret), read.Get(_key), ReadAssertion(read), read.Get(_audience), read.Get(_type));
    }

    private Secret? ReadAssertion(ObjectReading read)
    {
        if (read.Get(_assertion) is not { } path)
        {
            return null;
        }

        if (!Secret.TryReadFile(path, out var text, out var why) || (why = ClientAssertionFile.ObjectTo(text)) is not null)
        {
            read.Fault(_assertion, $"is {path}, which {why}");
            return null;
        }

        return Secret.FromFile(path, text);
    }
}
