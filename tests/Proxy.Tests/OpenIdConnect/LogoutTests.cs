using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

public sealed class LogoutTests : IAsyncLifetime
{
    private LoginWorld _world = null!;

    public async Task InitializeAsync() => _world = await StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(App), InlineData(Vault)]
    public async Task Logout_ends_the_session_on_all_hosts_and_goes_on_at_the_provider(string origin)
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync();
        var (app, vault) = (browser.Cookie(App)!, browser.Cookie(Vault)!);

        var answer = await browser.PostAsync(origin + "/.authproxy/logout", origin);

        var (endpoint, query) = StubProvider.Split(answer.Location);
        Assert.Equal((303, _world.Provider.Issuer + "/logout"), (answer.Status, endpoint));
        Assert.Equal((App + "/.authproxy/signed-out", StubProvider.ClientId), (query["post_logout_redirect_uri"], query["client_id"]));
        Assert.Equal(3, query["id_token_hint"].Split('.').Length);
        Assert.Null(browser.Cookie(origin));

        var thief = _world.NewBrowser();
        thief.SetCookie(App, app);
        thief.SetCookie(Vault, vault);
        Assert.Equal(401, (await thief.FetchAsync(App + "/")).Status);
        Assert.Equal(401, (await thief.FetchAsync(Vault + "/")).Status);
    }

    [Fact]
    public async Task Link_asks_and_ends_nothing()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync();

        var page = await browser.GoAsync(App + "/.authproxy/logout");

        Assert.Contains("<form method=\"post\" action=\"/.authproxy/logout\">", page.Body, StringComparison.Ordinal);
        Assert.Equal(200, (await browser.GoAsync(App + "/")).Status);
    }

    [Theory]
    [InlineData("https://evil.example.com"), InlineData(Vault)]
    public async Task Logout_CSRF_a_form_of_another_origin_ends_nothing(string origin)
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync();

        var answer = await browser.PostAsync(App + "/.authproxy/logout", origin);

        Assert.Equal((403, "cross-origin-refused"), (answer.Status, answer.Reason));
        Assert.Equal(200, (await browser.GoAsync(App + "/")).Status);
    }

    [Fact]
    public async Task Script_of_our_own_ends_the_session_and_is_redirected_nowhere()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync();

        Assert.Equal(204, (await browser.FetchAsync(App + "/.authproxy/logout", "POST")).Status);

        Assert.Equal(401, (await browser.FetchAsync(App + "/")).Status);
    }

    [Fact]
    public async Task Logout_without_a_session_or_a_provider_says_goodbye_all_the_same()
    {
        var browser = _world.NewBrowser();
        Assert.Equal(App + "/.authproxy/signed-out", (await browser.PostAsync(App + "/.authproxy/logout", App)).Location);

        _world.Provider.Discovery["end_session_endpoint"] = null;
        await browser.SignInAsync();
        var answer = await browser.PostAsync(App + "/.authproxy/logout", App);

        Assert.Equal(App + "/.authproxy/signed-out", answer.Location);
        Assert.Contains("You are signed out.", (await browser.GoAsync(answer.Location)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_logout_the_browser_goes_where_the_configuration_says()
    {
        await using var world = await StartAsync(", after_logout: /goodbye");

        Assert.Equal(App + "/goodbye", (await world.NewBrowser().GoAsync(App + "/.authproxy/signed-out")).Location);
    }

    [Fact]
    public async Task Pages_run_no_script_and_are_framed_by_nobody()
    {
        foreach (var path in new[] { "logout", "signed-out" })
        {
            var page = await _world.NewBrowser().GoAsync($"{App}/.authproxy/{path}");

            Assert.Contains("default-src 'none'", page.Headers.ContentSecurityPolicy.ToString(), StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", page.Headers.ContentSecurityPolicy.ToString(), StringComparison.Ordinal);
            Assert.Equal(("no-store", "nosniff"), (page.Headers.CacheControl.ToString(), page.Headers.XContentTypeOptions.ToString()));
            Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
        }
    }
}
