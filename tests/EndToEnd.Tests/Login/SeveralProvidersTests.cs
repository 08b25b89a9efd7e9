using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Login;

/// <summary>Two certified oidc-providers behind one real Proxy: one takes pushed requests and signed assertions only, the other a posted secret.</summary>
public sealed class SeveralProvidersTests : IAsyncLifetime
{
    private readonly TestFolder _keys = new();
    private StubUpstream _upstream = null!;
    private OidcProvider _staff = null!;
    private OidcProvider _customers = null!;
    private ProxyProcess _proxy = null!;

    public async Task InitializeAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var path = _keys.Write("client.pem", key.ExportPkcs8PrivateKeyPem());
        _upstream = await StubUpstream.StartAsync();
        var ports = Loopback.FreePorts(3);
        var bank = $"http://bank.app.localhost:{ports[0]}";
        var goodbye = $"{bank}/.authproxy/signed-out";
        _staff = await OidcProvider.StartAsync(
            $"{bank}/.authproxy/callback/staff", goodbye, client:
            $$$"""{"token_endpoint_auth_method":"private_key_jwt","require_pushed_authorization_requests":true,"jwks":{"keys":[{{{PublicJwk(key)}}}]}}""");
        _customers = await OidcProvider.StartAsync($"{bank}/.authproxy/callback/customers", goodbye, client: """{"token_endpoint_auth_method":"client_secret_post"}""");
        _proxy = await ProxyProcess.StartAsync(
            $$"""
            version: authproxy/v1
            defaults: { upstream: "{{_upstream.Address.OriginalString}}" }
            rules:
            - { id: staff, match: { path: /staff/** }, authenticators: [ { handler: oidc, config: { provider: staff } } ] }
            - { id: strong, match: { path: /strong/** }, authenticators: [ { handler: oidc, config: { provider: staff } } ], require: { acr: { any: [gold] } } }
            - { id: fresh, match: { path: /fresh/** }, authenticators: [ { handler: oidc, config: { provider: staff } } ], require: { auth_age: 10s } }
            - { id: customers, match: { path: /customers/** }, authenticators: [ { handler: oidc, config: { provider: customers } } ] }
            """,
            $$"""
            authenticators:
              oidc:
                config:
                  providers:
                    staff:
                      issuer: "{{_staff.Issuer}}"
                      client_id: {{OidcProvider.ClientId}}
                      client_authentication: private_key_jwt
                      client_key_file: "{{path}}"
                      pushed_authorization: require
                    customers:
                      issuer: "{{_customers.Issuer}}"
                      client_id: {{OidcProvider.ClientId}}
                      client_secret: {{OidcProvider.ClientSecret}}
                      client_authentication: client_secret_post
                      scopes: [openid, profile, email, groups]
                      user_info: always
                      claims_mapping: { groups: /groups, mail: email }
            """,
            hosts: ["bank.app.localhost"],
            ports: ports);
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _staff.DisposeAsync();
        await _customers.DisposeAsync();
        await _upstream.DisposeAsync();
        _keys.Dispose();
    }

    [Fact]
    public async Task Signed_assertion_and_pushed_request_log_in_and_the_browser_carries_neither()
    {
        using var browser = new UserAgent();
        using var page = await SignInAsync(browser, "/staff/x", _staff);

        Assert.Equal((HttpStatusCode.OK, "/staff/x"), (page.StatusCode, page.RequestMessage!.RequestUri!.AbsolutePath));
        var asked = Assert.Single(browser.Visited, address => address.AbsoluteUri.StartsWith(_staff.Issuer + "/auth?", StringComparison.Ordinal));
        Assert.Contains("request_uri=urn", Uri.UnescapeDataString(asked.Query), StringComparison.Ordinal);
        Assert.DoesNotContain("code_challenge", asked.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_of_one_provider_opens_no_page_of_the_other()
    {
        using var browser = new UserAgent();
        using var page = await SignInAsync(browser, "/customers/x", _customers);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);

        using var call = await browser.FetchAsync(HttpMethod.Get, Bank("/staff/x"));
        using var navigation = await browser.NavigateAsync(Bank("/staff/x"));

        Assert.Equal(HttpStatusCode.Unauthorized, call.StatusCode);
        Assert.Equal("provider-not-accepted", call.Headers.GetValues("X-AuthProxy-Refusal").Single());
        Assert.Equal(_staff.Issuer, navigation.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Authority));
    }

    [Fact]
    public async Task Page_that_wants_a_stronger_login_leads_through_it_and_back()
    {
        using var browser = new UserAgent();
        using var weak = await SignInAsync(browser, "/staff/x", _staff);
        using var call = await browser.FetchAsync(HttpMethod.Get, Bank("/strong/x"));
        using var page = await SignInAsync(browser, "/strong/page", _staff);
        using var again = await browser.NavigateOnceAsync(Bank("/strong/page"));

        Assert.Equal(HttpStatusCode.Unauthorized, call.StatusCode);
        Assert.Equal("Bearer error=\"insufficient_user_authentication\", acr_values=\"gold\"", call.Headers.NonValidated["WWW-Authenticate"].ToString());
        Assert.Equal((HttpStatusCode.OK, "/strong/page"), (page.StatusCode, page.RequestMessage!.RequestUri!.AbsolutePath));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Page_that_wants_a_recent_login_is_opened_by_one()
    {
        using var browser = new UserAgent();
        using var page = await SignInAsync(browser, "/fresh/page", _staff);
        using var again = await browser.NavigateOnceAsync(Bank("/fresh/page"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (page.StatusCode, again.StatusCode));
    }

    [Fact]
    public async Task Provider_that_is_down_keeps_neither_the_Proxy_from_starting_nor_the_other_from_logging_in()
    {
        using var signedIn = new UserAgent();
        using var before = await SignInAsync(signedIn, "/customers/x", _customers);
        await _customers.CrashAsync();
        await _proxy.RestartAsync();

        using var there = new UserAgent();
        using var unavailable = await there.NavigateAsync(Bank("/customers/x"));
        using var other = new UserAgent();
        using var page = await SignInAsync(other, "/staff/x", _staff);
        using var still = await signedIn.NavigateOnceAsync(Bank("/customers/x"));

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK, HttpStatusCode.OK), (unavailable.StatusCode, page.StatusCode, still.StatusCode));
    }

    private async Task<HttpResponseMessage> SignInAsync(UserAgent browser, string target, OidcProvider provider)
    {
        using var login = await browser.NavigateAsync(Bank(target));
        Assert.Equal(provider.Issuer, login.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Authority));
        return await browser.SubmitAsync(login, ("login", "alice"), ("password", "any"));
    }

    private Uri Bank(string target) => new($"http://bank.app.localhost:{_proxy.Port}{target}");

    // As it is registered at a provider: under the thumbprint (RFC 7638), which is the id that the Proxy signs under.
    private static string PublicJwk(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        var id = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
        return $$"""{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"{{id}}","x":"{{x}}","y":"{{y}}"}""";
    }
}
