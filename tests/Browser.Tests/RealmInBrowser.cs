using AuthProxy.TestKit;
using Microsoft.Playwright;

namespace AuthProxy.Browser.Tests;

/// <summary>A Proxy with several hosts, the certified provider, and a host beside them that belongs to an attacker; Chromium in front.</summary>
public sealed class RealmInBrowser : IAsyncLifetime
{
    private readonly TestFolder _pages = new();
    private StubUpstream _application = null!;
    private StubUpstream _attacker = null!;
    private OidcProvider _provider = null!;
    private ProxyProcess _proxy = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public string Bank => $"http://bank.app.localhost:{_proxy.Port}";

    public string Vault => $"http://vault.app.localhost:{_proxy.Port}";

    /// <summary>A sibling host of the same site, which somebody else owns.</summary>
    public string Evil => $"http://evil.app.localhost:{_attacker.Address.Port}";

    public async Task InitializeAsync()
    {
        var ports = Loopback.FreePorts(3);
        var bank = $"http://bank.app.localhost:{ports[0]}";
        _pages.Write("signed-out.html", BrandedPage);
        _application = await StubUpstream.StartAsync();
        _attacker = await StubUpstream.StartAsync();
        _provider = await OidcProvider.StartAsync($"{bank}/.authproxy/callback", $"{bank}/.authproxy/signed-out");
        _proxy = await ProxyProcess.StartAsync(
            $$"""
            version: authproxy/v1
            defaults: { upstream: "{{_application.Address.OriginalString}}", mutators: [ { handler: assertion, config: { audience: bank } } ] }
            rules:
            - { id: all, match: { path: /** }, authenticators: [oidc] }
            - { id: guests, match: { path: /guests/** }, authenticators: [ { handler: oidc, config: { guest: true } } ] }
            """,
            $$"""
            assertion: { audiences: [bank] }
            pages: { folder: {{_pages.Path}} }
            authenticators:
              oidc:
                enabled: true
                config: { issuer: "{{_provider.Issuer}}", client_id: {{OidcProvider.ClientId}}, client_secret: {{OidcProvider.ClientSecret}} }
            """,
            hosts: ["bank.app.localhost", "vault.app.localhost"],
            ports: ports);
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        await _proxy.DisposeAsync();
        await _provider.DisposeAsync();
        await _attacker.DisposeAsync();
        await _application.DisposeAsync();
        _pages.Dispose();
    }

    /// <summary>A person's browser without any cookie.</summary>
    public Task<IBrowserContext> NewPersonAsync() => _browser.NewContextAsync();

    /// <summary>Goes to a page and logs in where the provider asks for it.</summary>
    public async Task<IPage> SignInAsync(IBrowserContext person, string address, string name = "alice")
    {
        var page = await person.NewPageAsync();
        await page.GotoAsync(address);
        if (page.Url.StartsWith(_provider.Issuer, StringComparison.Ordinal))
        {
            await page.FillAsync("input[name=login]", name);
            await page.FillAsync("input[name=password]", "any");
            await page.ClickAsync("button[type=submit]");
            await page.WaitForURLAsync(address);
        }

        return page;
    }

    /// <summary>What the application saw of the request that a page came from.</summary>
    public static Task<string> SeenAsync(IPage page) => page.InnerTextAsync("body");

    private const string BrandedPage = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>{{title}} - The Bank</title><style>body{color:#222;background:#fff;font:1.1rem/1.5 system-ui} a{color:#0645ad}</style></head>
        <body><main><h1>{{title}}</h1><p><a href="{{action_url}}">Back to The Bank</a></p></main></body>
        </html>
        """;
}
