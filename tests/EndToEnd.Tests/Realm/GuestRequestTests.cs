using System.Net;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Realm;

/// <summary>Guests of a real Proxy: what the application is told of them, and what becomes of them at a login.</summary>
public sealed class GuestRequestTests : IAsyncLifetime
{
    private StubUpstream _upstream = null!;
    private OidcProvider _provider = null!;
    private ProxyProcess _proxy = null!;

    public async Task InitializeAsync()
    {
        var ports = Loopback.FreePorts(3);
        var login = $"http://shop.app.localhost:{ports[0]}";
        _upstream = await StubUpstream.StartAsync();
        _provider = await OidcProvider.StartAsync($"{login}/.authproxy/callback", $"{login}/.authproxy/signed-out");
        _proxy = await ProxyProcess.StartAsync(
            $$"""
            version: authproxy/v1
            defaults: { upstream: "{{_upstream.Address.OriginalString}}", mutators: [ { handler: assertion, config: { audience: shop } } ] }
            rules:
            - id: shop
              match: { path: /** }
              authenticators: [ { handler: oidc, config: { guest: true } } ]
            - { id: checkout, match: { path: /checkout/** }, authenticators: [oidc] }
            """,
            $$"""
            assertion: { audiences: [shop] }
            sessions: { guests: { per_address: 5 } }
            authenticators:
              oidc:
                enabled: true
                config: { issuer: "{{_provider.Issuer}}", client_id: {{OidcProvider.ClientId}}, client_secret: {{OidcProvider.ClientSecret}} }
            """,
            hosts: ["shop.app.localhost"],
            ports: ports);
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _provider.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Application_is_told_that_a_guest_is_one_until_the_login()
    {
        using var browser = new UserAgent();
        using var first = await browser.NavigateOnceAsync(Shop("/"));
        var seen = await first.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.True(first.Headers.CacheControl?.NoStore);
        Assert.Contains("X-Auth-Guest: true", seen, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("X-Auth-Subject: guest-", seen, StringComparison.OrdinalIgnoreCase);

        using var login = await browser.NavigateAsync(Shop("/checkout/1"));
        using var page = await browser.SubmitAsync(login, ("login", "alice"), ("password", "any"));
        Assert.Equal("/checkout/1", page.RequestMessage!.RequestUri!.AbsolutePath);

        using var again = await browser.NavigateOnceAsync(Shop("/"));
        seen = await again.Content.ReadAsStringAsync();
        Assert.Contains("X-Auth-Subject: alice", seen, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("X-Auth-Guest", seen, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Nobody_can_say_of_themselves_that_they_are_a_guest_or_none()
    {
        using var browser = new UserAgent();
        (await browser.NavigateOnceAsync(Shop("/"))).Dispose();
        var request = new HttpRequestMessage(HttpMethod.Get, Shop("/"));
        request.Headers.TryAddWithoutValidation("X-Auth-Guest", "false");
        request.Headers.TryAddWithoutValidation("X_Auth_Guest", "false");

        using var answer = await browser.SendAsync(request);

        Assert.DoesNotContain("Guest: false", await answer.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Caller_without_a_browser_gets_401_and_a_flood_of_visitors_429()
    {
        using var script = new UserAgent();
        using (var answer = await script.FetchAsync(HttpMethod.Get, Shop("/api")))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Empty(script.CookiesOf(Shop("/").Authority));
        }

        var statuses = new List<HttpStatusCode>();
        for (var visitor = 0; visitor < 8; visitor++)
        {
            using var browser = new UserAgent();
            using var answer = await browser.NavigateOnceAsync(Shop("/"));
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, statuses[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
    }

    private Uri Shop(string target) => new($"http://shop.app.localhost:{_proxy.Port}{target}");
}
