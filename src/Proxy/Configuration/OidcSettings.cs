using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Configuration;

/// <summary>The OpenID provider that logs people in: <c>authenticators.oidc.config</c>.</summary>
/// <param name="Issuer">The provider's issuer, compared character for character; its metadata is found below it.</param>
/// <param name="ClientId">This Proxy's name at the provider.</param>
/// <param name="ClientSecret">Its secret; null for a public client.</param>
/// <param name="ClientAuthentication">How the secret is shown at the token endpoint.</param>
/// <param name="Scopes">What is asked for; <c>openid</c> is always among them.</param>
/// <param name="AllowedAlgorithms">Signatures of ID tokens that are believed.</param>
/// <param name="ClockSkew">Clock difference tolerated between the provider and us.</param>
/// <param name="LoginHost">The public host where logins begin and end; null: the first public URL's.</param>
/// <param name="AfterLogout">Where the browser goes when its session has ended: a path of the login host or an absolute address; null: our own page says so.</param>
/// <param name="Timeout">How long one answer of the provider may take.</param>
/// <param name="AuthorizationParameters">Sent along with every authorization request.</param>
/// <param name="Claims">Which claims of the ID token the session keeps; empty: all.</param>
internal sealed record OidcSettings(
    string Issuer,
    string ClientId,
    Secret? ClientSecret,
    OidcClientAuthentication ClientAuthentication,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> AllowedAlgorithms,
    TimeSpan ClockSkew,
    string? LoginHost,
    string? AfterLogout,
    TimeSpan Timeout,
    IReadOnlyDictionary<string, string> AuthorizationParameters,
    IReadOnlyList<string> Claims)
{
    // What the login itself decides; a fixed value would switch a protection off.
    private static readonly string[] OwnParameters =
        ["client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "code_challenge", "code_challenge_method"];

    public static readonly Schema<OidcSettings> Schema = Declare.Object<OidcSettings>("oidc", "Logs people in at an OpenID provider and believes the session cookie.", o =>
    {
        var issuer = o.Text("issuer", "The provider's issuer, compared character for character; its metadata is found at /.well-known/openid-configuration below it.")
            .Must(text => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http", "write an absolute https address")
            .Must(text => !Uri.TryCreate(text, UriKind.Absolute, out var url) || !Loopback.CouldBeRead(url), "write https (plain http is for loopback only)");
        var clientId = o.Text("client_id", "This Proxy's name at the provider.").NotEmpty("name the client");
        var clientSecret = o.Secret("client_secret", "The client's secret; without it this is a public client.").Optional();
        var clientAuthentication = o.Choice("client_authentication", "How the secret is shown at the token endpoint.",
            ("client_secret_basic", OidcClientAuthentication.Basic), ("client_secret_post", OidcClientAuthentication.Post)).Default("client_secret_basic");
        var scopes = o.List("scopes", Declare.Text, "What is asked of the provider; openid is always added.").DefaultItems("openid", "profile", "email");
        var algorithms = o.List("allowed_algorithms", Declare.Text, "Signatures of ID tokens that are believed.").DefaultItems("RS256", "ES256", "PS256")
            .Must(list => list.Count > 0 && list.All(name => name is "RS256" or "RS384" or "RS512" or "PS256" or "PS384" or "PS512" or "ES256" or "ES384" or "ES512"),
                "name at least one of RS, PS and ES with 256, 384 or 512");
        var skew = o.Duration("clock_skew", "Clock difference tolerated between the provider and us.").Default("30s").AtMost("5m");
        var loginHost = o.Text("login_host", "The public host where logins begin and end; without the key the first of serve.proxy.public_urls.").Optional();
        var afterLogout = o.Text("after_logout", "Where the browser goes when its session has ended: a path of the login host, or an absolute address; without the key a page says so.")
            .Must(text => text.StartsWith('/') && !text.StartsWith("//", StringComparison.Ordinal)
                || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"), "write a path or an absolute address").Optional();
        var timeout = o.Duration("timeout", "How long one answer of the provider may take.").Default("10s").AtLeast("1s").AtMost("1m");
        var parameters = o.Map("authorization_parameters", "parameter", Declare.Text, "Sent along with every authorization request.")
            .Must(map => !map.Keys.Any(OwnParameters.Contains), "leave out what the login itself decides (client_id, redirect_uri, scope, state, nonce, …)");
        var claims = o.List("claims", Declare.Text, "The claims of the ID token that the session keeps; without the key all.");
        return read => new OidcSettings(
            read.Get(issuer), read.Get(clientId), read.Get(clientSecret), read.Get(clientAuthentication),
            [.. read.Get(scopes).Prepend("openid").Distinct(StringComparer.Ordinal)], read.Get(algorithms), read.Get(skew),
            read.Get(loginHost), read.Get(afterLogout), read.Get(timeout), read.Get(parameters), read.Get(claims));
    });
}

internal enum OidcClientAuthentication
{
    Basic,
    Post,
}
