using System.Net;
using System.Security.Cryptography;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Realm;

/// <summary>Sidecars of different applications in one realm: one session store, one realm key, one login.</summary>
public sealed class RealmTests : IAsyncLifetime
{
    private readonly TestFolder _shared = new();
    private StubUpstream _upstream = null!;

    public async Task InitializeAsync()
    {
        _shared.Write("keys/1.key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        _upstream = await StubUpstream.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _upstream.DisposeAsync();
        _shared.Dispose();
    }

    [Fact]
    public async Task Login_at_one_sidecar_is_good_at_the_other_and_so_is_the_logout()
    {
        var (bankPorts, shopPorts) = (Loopback.FreePorts(3), Loopback.FreePorts(3));
        var (bank, shop) = ($"http://bank.app.localhost:{bankPorts[0]}", $"http://shop.app.localhost:{shopPorts[0]}");
        await using var provider = await OidcProvider.StartAsync($"{bank}/.authproxy/callback", $"{bank}/.authproxy/signed-out");
        var loginHost = $"bank.app.localhost:{bankPorts[0]}";
        await using var one = await StartAsync(provider, bank, bankPorts, $", login_host: \"{loginHost}\"");
        await using var other = await StartAsync(provider, shop, shopPorts, $", login_host: \"{loginHost}\"");
        using var browser = new UserAgent();

        // The shop sends to the bank's host to log in, and back.
        using (var login = await browser.NavigateAsync(new Uri(shop + "/cart")))
        using (var page = await browser.SubmitAsync(login, ("login", "alice"), ("password", "any")))
        {
            Assert.Equal(new Uri(shop + "/cart"), page.RequestMessage!.RequestUri);
            Assert.Contains("X-Auth-Subject: alice", await page.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        }

        using (var page = await browser.NavigateOnceAsync(new Uri(bank + "/account")))
        {
            Assert.Contains("X-Auth-Subject: alice", await page.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        }

        Assert.NotEqual(browser.CookiesOf(new Uri(bank).Authority)["__Host-authproxy"], browser.CookiesOf(new Uri(shop).Authority)["__Host-authproxy"]);

        using var ended = await browser.FetchAsync(HttpMethod.Post, new Uri(bank + "/.authproxy/logout"));
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await Task.Delay(TimeSpan.FromSeconds(1.2));
        using var refused = await browser.FetchAsync(HttpMethod.Get, new Uri(shop + "/cart"));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Two_sidecars_on_one_host_share_its_cookie_and_have_each_their_own_paths()
    {
        await using var router = await PathRouter.StartAsync("/orders/");
        var host = $"http://www.app.localhost:{router.Port}";
        await using var provider = await OidcProvider.StartAsync($"{host}/orders/.authproxy/callback", $"{host}/orders/.authproxy/signed-out");
        await using var shop = await StartAsync(provider, host, Loopback.FreePorts(3));
        await using var orders = await StartAsync(provider, host, Loopback.FreePorts(3), proxy: ", reserved_prefix: /orders/.authproxy/");
        router.Targets = (shop.Port, orders.Port);
        using var browser = new UserAgent();

        using (var login = await browser.NavigateAsync(new Uri(host + "/orders/7")))
        using (var page = await browser.SubmitAsync(login, ("login", "alice"), ("password", "any")))
        {
            Assert.Equal(new Uri(host + "/orders/7"), page.RequestMessage!.RequestUri);
        }

        using (var page = await browser.NavigateOnceAsync(new Uri(host + "/catalogue")))
        {
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Contains("X-Auth-Subject: alice", await page.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        }

        // Each answers below its own prefix, and knows nothing of the other's.
        using var ask = await browser.NavigateOnceAsync(new Uri(host + "/.authproxy/logout"));
        Assert.Contains("action=\"/.authproxy/logout\"", await ask.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var ended = await browser.FetchAsync(HttpMethod.Post, new Uri(host + "/.authproxy/logout"));
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await Task.Delay(TimeSpan.FromSeconds(1.2));
        using var refused = await browser.FetchAsync(HttpMethod.Get, new Uri(host + "/orders/7"));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Rotation_of_the_realms_key_logs_nobody_out_on_replicas_that_see_its_steps_at_different_times()
    {
        var (first, second) = (Loopback.FreePorts(3), Loopback.FreePorts(3));
        var balancer = new Balancer();
        await using var address = balancer;
        var host = $"http://app.localhost:{balancer.Port}";
        await using var provider = await OidcProvider.StartAsync($"{host}/.authproxy/callback", $"{host}/.authproxy/signed-out");
        await using var one = await StartAsync(provider, host, first);
        await using var other = await StartAsync(provider, host, second);

        balancer.Targets = [one.Port];
        using var old = await SignInAsync(host, "alice");
        await RotateAsync();
        await RotateAsync();

        // This one knows the new version from its start and seals with it; the first has to find it.
        await other.RestartAsync();
        balancer.Targets = [other.Port];
        using var young = await SignInAsync(host, "bob");

        foreach (var target in (int[])[one.Port, other.Port])
        {
            balancer.Targets = [target];
            await Task.Delay(TimeSpan.FromSeconds(5));
            await IsInAsync(old, host, "alice");
            await IsInAsync(young, host, "bob");
        }
    }

    private async Task RotateAsync()
    {
        await using var run = RunningProcess.Start(
            Repository.Service("src/Proxy", "authproxy"), ["keys", "rotate", "--folder", Path.Combine(_shared.Path, "keys"), "--wait", "0s", "--config", _shared.Write("empty.yaml", "realm: default\n")], _shared.Path);
        Assert.True(await run.WaitForExitAsync() == 0, run.Output);
    }

    private static async Task<UserAgent> SignInAsync(string host, string name)
    {
        var browser = new UserAgent();
        using var login = await browser.NavigateAsync(new Uri(host + "/"));
        using var page = await browser.SubmitAsync(login, ("login", name), ("password", "any"));
        Assert.Contains($"X-Auth-Subject: {name}", await page.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        return browser;
    }

    private static async Task IsInAsync(UserAgent browser, string host, string name)
    {
        using var page = await browser.FetchAsync(HttpMethod.Get, new Uri(host + "/"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains($"X-Auth-Subject: {name}", await page.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    private Task<ProxyProcess> StartAsync(OidcProvider provider, string url, IReadOnlyList<int> ports, string oidc = "", string proxy = "") => ProxyProcess.StartAsync(
        $$"""
        version: authproxy/v1
        rules:
        - id: all
          match: { path: /** }
          authenticators: [oidc]
          mutators: [ { handler: assertion, config: { audience: app } } ]
          upstream: "{{_upstream.Address.OriginalString}}"
        """,
        $$"""
        assertion: { audiences: [app] }
        sessions: { keys_folder: {{_shared.Path}}/keys, store: sqlite, path: {{_shared.Path}}/sessions.db }
        authenticators:
          oidc:
            enabled: true
            config: { issuer: "{{provider.Issuer}}", client_id: {{OidcProvider.ClientId}}, client_secret: {{OidcProvider.ClientSecret}}{{oidc}} }
        """,
        ports: ports,
        urls: [url],
        proxy: proxy);
}
