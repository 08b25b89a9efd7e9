using AuthProxy.TestKit;
using Microsoft.Playwright;

namespace AuthProxy.Browser.Tests;

/// <summary>What a person sees in one tab when they sign out in another.</summary>
public sealed class LiveFeedTests : IAsyncLifetime
{
    private const string Host = "feed.app.localhost";
    private static readonly LocatorAssertionsToHaveTextOptions Patiently = new() { Timeout = 20_000 };

    private StubUpstream _upstream = null!;
    private OidcProvider _provider = null!;
    private ProxyProcess _proxy = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async Task InitializeAsync()
    {
        _upstream = await StubUpstream.StartAsync();
        var ports = Loopback.FreePorts(3);
        _provider = await OidcProvider.StartAsync($"http://{Host}:{ports[0]}/.authproxy/callback", $"http://{Host}:{ports[0]}/.authproxy/signed-out");
        _proxy = await ProxyProcess.StartAsync(
            $$"""
            version: authproxy/v1
            rules: [ { id: all, match: { path: /** }, authenticators: [oidc], upstream: "{{_upstream.Address.OriginalString}}" } ]
            """,
            $$"""
            authenticators:
              oidc: { enabled: true, config: { issuer: "{{_provider.Issuer}}", client_id: {{OidcProvider.ClientId}}, client_secret: {{OidcProvider.ClientSecret}} } }
            """,
            hosts: [Host],
            ports: ports);
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
    }

    public async Task DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _proxy.DisposeAsync();
        await _provider.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Logout_in_one_tab_visibly_ends_the_live_feeds_of_the_other()
    {
        await using var person = await _browser.NewContextAsync();
        var live = await person.NewPageAsync();
        await live.GotoAsync(Address("/live"));
        await live.FillAsync("input[name=login]", "alice");
        await live.FillAsync("input[name=password]", "any");
        await live.ClickAsync("button[type=submit]");
        await Assertions.Expect(live.Locator("#socket")).ToHaveTextAsync("open", Patiently);
        await Assertions.Expect(live.Locator("#events")).ToHaveTextAsync("event 1", Patiently);

        var other = await person.NewPageAsync();
        await other.GotoAsync(Address("/.authproxy/logout"));
        await other.ClickAsync("button[type=submit]");

        await Assertions.Expect(live.Locator("#socket")).ToHaveTextAsync("closed 1008 the session ended, clean", Patiently);
        await Assertions.Expect(live.Locator("#events")).ToHaveTextAsync("closed", Patiently);
    }

    private string Address(string path) => $"http://{Host}:{_proxy.Port}{path}";
}
