using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.Mutation.IdToken;

/// <summary>A JWT about the subject for upstreams that verify Oathkeeper's. Keys that Oathkeeper has mean what they mean there.</summary>
/// <param name="IssuerUrl">The token's <c>iss</c>.</param>
/// <param name="JwksUrl">Where the private keys are.</param>
/// <param name="Claims">The template of a JSON object with further claims.</param>
/// <param name="Lifetime">How long a token is good.</param>
/// <param name="KeysLifetime">How long fetched keys are used before they are fetched again.</param>
internal sealed record IdTokenSettings(string IssuerUrl, string JwksUrl, string Claims, TimeSpan Lifetime, TimeSpan KeysLifetime)
{
    public static readonly Schema<IdTokenSettings> Schema = Declare.Object<IdTokenSettings>("id_token", "Tells the upstream in a JWT who is asking, signed with a key of its own; the assertion is the stronger word.", o =>
    {
        var issuer = o.Text("issuer_url", "The token's iss.").NotEmpty("name the issuer");
        var jwks = o.Text("jwks_url", "Where the private key is, a JSON web key set: file://… (watched) or https://…; its public half is published on the API listener.")
            .Must(IsKeyAddress, "write file://… or https://… (http://… for loopback only), without user information");
        var claims = o.Text("claims", "The template of a JSON object with further claims; exp, iat, nbf, jti, iss and sub are set here whatever it says.").Default("{}");
        var ttl = o.Duration("ttl", "How long a token is good; the same one is handed out until a tenth of that is left.").Default("15m").AtLeast("10s").AtMost("24h");
        var keysTtl = o.Duration("jwks_ttl", "How long keys of an https address are used before they are fetched again.").Default("5m").AtLeast("10s").AtMost("24h");
        return read => new IdTokenSettings(read.Get(issuer), read.Get(jwks), read.Get(claims), read.Get(ttl), read.Get(keysTtl));
    });

    // A private key that somebody could read on its way signs for them too.
    private static bool IsKeyAddress(string text) =>
        TokenKeys.PathOf(text) is { Length: > 0 }
        || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url.UserInfo.Length == 0 && !Loopback.CouldBeRead(url));
}
