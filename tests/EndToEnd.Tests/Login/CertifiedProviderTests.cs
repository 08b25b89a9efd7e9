using System.Net;
using System.Text.Json;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Login;

/// <summary>Signing in and out against the certified oidc-provider, with a real Proxy process between.</summary>
public sealed class CertifiedProviderTests : IAsyncLifetime
{
    private StubUpstream _upstream = null!;
    private OidcProvider _provider = null!;
    private ProxyProcess _proxy = null!;

    public async Task InitializeAsync()
    {
        _upstream = await StubUpstream.StartAsync();
        var ports = Loopback.FreePorts(3);
        var login = $"http://bank.app.localhost:{ports[0]}";
        _provider = await OidcProvider.StartAsync($"{login}/.authproxy/callback", $"{login}/.authproxy/signed-out");
        _proxy = await ProxyProcess.StartAsync(
            $$$"""
            version: authproxy/v1
            rules:
            - id: all
              match: { path: /** }
              authenticators: [oidc]
              mutators: [ { handler: header, config: { headers: { X-Name: "{{ print .Extra.name }}" } } }, { handler: assertion, config: { audience: bank } } ]
              upstream: "{{{_upstream.Address.OriginalString}}}"
            """,
            $$"""
            assertion: { audiences: [bank] }
            authenticators:
              oidc:
                enabled: true
                config: { issuer: "{{_provider.Issuer}}", client_id: {{OidcProvider.ClientId}}, client_secret: {{OidcProvider.ClientSecret}}, scopes: [openid, profile, email, groups] }
            """,
            hosts: ["bank.app.localhost", "vault.app.localhost"],
            ports: ports);
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _provider.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Navigation_signs_in_and_ends_where_it_wanted_to_go()
    {
        using var browser = new UserAgent();
        var page = await SignInAsync(browser, "/account?tab=%2Fa;b", "alice");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("/account?tab=%2Fa;b", page.RequestMessage!.RequestUri!.PathAndQuery);
        var seen = await page.Content.ReadAsStringAsync();
        Assert.Contains("X-Auth-Subject: alice", seen, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("X-Auth-Assertion: ey", seen, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("__Host-authproxy", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_that_is_not_ASCII_arrives_percent_encoded()
    {
        using var browser = new UserAgent();
        var page = await SignInAsync(browser, "/", "alice");

        Assert.Contains("X-Name: Zo%C3%AB alice", await page.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Signed_in_answer_is_private_and_the_upstream_cannot_set_our_cookies()
    {
        using var browser = new UserAgent();
        await SignInAsync(browser, "/", "alice");
        var before = browser.CookiesOf(Bank("/").Authority)["__Host-authproxy"];

        using var answer = await browser.NavigateAsync(Bank("/cookies"));

        Assert.True(answer.Headers.CacheControl?.Private);
        Assert.False(answer.Headers.Contains("Alt-Svc"));
        Assert.Equal(before, browser.CookiesOf(Bank("/").Authority)["__Host-authproxy"]);
        Assert.Equal("1", browser.CookiesOf(Bank("/").Authority)["app"]);
    }

    [Fact]
    public async Task Call_of_a_script_without_a_session_is_401_and_starts_no_login()
    {
        using var browser = new UserAgent();
        using var answer = await browser.FetchAsync(HttpMethod.Get, Bank("/api"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Empty(browser.CookiesOf(Bank("/").Authority));
    }

    [Fact]
    public async Task Failing_login_shows_in_the_metrics_by_its_reason()
    {
        using var browser = new UserAgent();
        using var refused = await browser.NavigateOnceAsync(Bank("/.authproxy/callback?error=access_denied&state=nobodys"));
        using var client = Loopback.Client();

        var metrics = await client.GetStringAsync(new Uri(_proxy.ApiAddress, "/metrics"));

        Assert.Equal(["login-failed"], refused.Headers.GetValues("X-AuthProxy-Refusal"));
        Assert.Contains("authproxy_refusals_total{reason=\"login-failed\"} 1", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Support_code_leads_from_the_answer_to_the_line_in_the_log()
    {
        using var browser = new UserAgent();
        using var answer = await browser.FetchAsync(HttpMethod.Get, Bank("/api"));
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());

        var code = problem.RootElement.GetProperty("support").GetString()!;

        Assert.InRange(code.Length, 6, 40);
        var line = Assert.Single(_proxy.Process.Output.Split('\n'), line => line.Contains(code, StringComparison.Ordinal));
        Assert.Contains("no session cookie", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vault_host_is_signed_in_by_the_same_login_without_asking_again()
    {
        using var browser = new UserAgent();
        await SignInAsync(browser, "/", "alice");
        using var page = await browser.NavigateAsync(Vault("/x"));

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("X-Auth-Subject: alice", await page.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Cookie_of_one_host_is_worth_nothing_on_another()
    {
        using var browser = new UserAgent();
        await SignInAsync(browser, "/", "alice");
        using var thief = new UserAgent();
        foreach (var (name, value) in browser.CookiesOf(Bank("/").Authority))
        {
            thief.SetCookie(Vault("/").Authority, name, value);
        }

        using var answer = await thief.FetchAsync(HttpMethod.Get, Vault("/x"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Logout_ends_the_session_here_and_at_the_provider()
    {
        using var browser = new UserAgent();
        await SignInAsync(browser, "/", "alice");
        var cookies = browser.CookiesOf(Bank("/").Authority);

        using var confirmation = await browser.NavigateAsync(Bank("/.authproxy/logout"));
        using var goodbye = await browser.SubmitAsync(confirmation);
        var last = goodbye.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Authority) == _provider.Issuer
            ? await browser.SubmitAsync(goodbye, ("logout", "yes"))
            : goodbye;

        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
        Assert.Contains(browser.Visited, address => address.AbsoluteUri.StartsWith(_provider.Issuer + "/session/end", StringComparison.Ordinal));
        foreach (var (name, value) in cookies)
        {
            browser.SetCookie(Bank("/").Authority, name, value);
        }

        using var answer = await browser.FetchAsync(HttpMethod.Get, Bank("/"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        using var again = await browser.NavigateAsync(Bank("/"));
        Assert.Equal(_provider.Issuer, again.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Authority));
    }

    [Fact]
    public async Task Ten_logins_at_once_need_one_cookie_and_all_arrive()
    {
        using var browser = new UserAgent();
        var starts = new List<Uri>();
        for (var tab = 0; tab < 10; tab++)
        {
            using var redirect = await browser.NavigateOnceAsync(Bank($"/tab/{tab}"));
            starts.Add(new Uri(Bank("/"), redirect.Headers.Location!));
        }

        Assert.Single(browser.CookiesOf(Bank("/").Authority));
        using var first = await browser.NavigateAsync(starts[0]);
        using var signedIn = await browser.SubmitAsync(first, ("login", "alice"), ("password", "any"));
        Assert.Equal("/tab/0", signedIn.RequestMessage!.RequestUri!.AbsolutePath);
        for (var tab = 1; tab < 10; tab++)
        {
            using var page = await browser.NavigateAsync(starts[tab]);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Equal($"/tab/{tab}", page.RequestMessage!.RequestUri!.AbsolutePath);
        }
    }

    [Fact]
    public async Task Form_posted_from_another_origin_is_refused()
    {
        using var browser = new UserAgent();
        await SignInAsync(browser, "/", "alice");
        var before = _upstream.Requests;
        foreach (var site in (string[])["cross-site", "same-site"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Bank("/transfer")) { Content = new FormUrlEncodedContent([]) };
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", site);
            request.Headers.TryAddWithoutValidation("Origin", "http://evil.app.localhost");
            using var answer = await browser.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains("cross-origin-refused", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(before, _upstream.Requests);
    }

    [Fact]
    public async Task Session_survives_a_restart_of_the_Proxy()
    {
        using var browser = new UserAgent();
        await SignInAsync(browser, "/", "alice");

        await _proxy.RestartAsync();

        using var page = await browser.NavigateOnceAsync(Bank("/"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    private async Task<HttpResponseMessage> SignInAsync(UserAgent browser, string target, string name)
    {
        using var login = await browser.NavigateAsync(Bank(target));
        Assert.Equal(_provider.Issuer, login.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Authority));
        return await browser.SubmitAsync(login, ("login", name), ("password", "any"));
    }

    private Uri Bank(string target) => new($"http://bank.app.localhost:{_proxy.Port}{target}");

    private Uri Vault(string target) => new($"http://vault.app.localhost:{_proxy.Port}{target}");
}
