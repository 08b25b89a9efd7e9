using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Tests.Sessions;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

public sealed class SeveralProvidersTests : IAsyncLifetime
{
    private LoginWorld _world = null!;

    public async Task InitializeAsync() => _world = await StartTwoAsync(customers: ", hosts: [vault.example.com]");

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData("/staff/x", 0), InlineData("/customers/x", 1), InlineData("/x", 0), InlineData("/customers+staff/x", 1)]
    public async Task Rule_chooses_the_provider_and_without_a_word_the_first_counts(string path, int provider)
    {
        var answer = await _world.NewBrowser().GoAsync(App + path);

        Assert.Same(_world.Providers[provider], _world.ProviderAt(answer.Location));
    }

    [Fact]
    public async Task Host_chooses_the_provider_unless_the_rule_does()
    {
        Assert.Same(_world.Other, _world.ProviderAt((await _world.NewBrowser().FollowAsync(Vault + "/x")).Location));
        Assert.Same(_world.Provider, _world.ProviderAt((await _world.NewBrowser().FollowAsync(Vault + "/staff/x")).Location));
    }

    [Fact]
    public async Task Session_keeps_the_name_of_its_provider()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync(App + "/customers/");

        var live = Assert.IsType<SessionLookup.Live>(await _world.Sessions.FindAsync(CookieSecret.Parse(browser.Cookie(App)!)!, "app.example.com", default));

        Assert.Equal(("customers", _world.Other.Issuer), (live.Session.Provider, live.Session.Issuer));
    }

    [Fact]
    public async Task Session_of_one_provider_counts_for_nothing_where_a_rule_wants_another()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync(App + "/customers/");

        var call = await browser.FetchAsync(App + "/staff/");
        var navigation = await browser.GoAsync(App + "/staff/");

        Assert.Equal((401, "provider-not-accepted"), (call.Status, call.Reason));
        Assert.Same(_world.Provider, _world.ProviderAt(navigation.Location));
        Assert.Equal(200, (await browser.FetchAsync(App + "/customers/")).Status);
        Assert.Equal(200, (await browser.FetchAsync(App + "/staff+customers/")).Status);
    }

    [Fact]
    public async Task Login_at_the_provider_that_a_rule_wants_replaces_the_other_session()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync(App + "/customers/", "carol");
        var cookie = browser.Cookie(App)!;
        _world.Clock.Advance(TimeSpan.FromMinutes(1));

        var page = await browser.SignInAsync(App + "/staff/page", "alice");

        Assert.Equal((200, App + "/staff/page"), (page.Status, page.Address));
        Assert.Contains("hello alice", page.Body, StringComparison.Ordinal);
        Assert.IsType<SessionLookup.None>(await _world.Sessions.FindAsync(CookieSecret.Parse(cookie)!, "app.example.com", default));
        Assert.Equal("provider-not-accepted", (await browser.FetchAsync(App + "/customers/")).Reason);
    }

    [Fact]
    public async Task Login_CSRF_link_of_another_site_to_another_provider_does_not_replace_a_session()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync(App + "/customers/", "carol");
        var cookie = browser.Cookie(App);

        var refused = await LinkAsync(browser, "cross-site", "staff");

        Assert.Equal((403, "cross-origin-refused", ""), (refused.Status, refused.Reason, refused.Location));
        Assert.Equal((200, cookie), ((await browser.FetchAsync(App + "/customers/")).Status, browser.Cookie(App)));
        Assert.Equal("/x", new Uri((await LinkAsync(browser, "cross-site", "customers")).Location).AbsolutePath);
        Assert.Same(_world.Provider, _world.ProviderAt((await LinkAsync(browser, "same-origin", "staff")).Location));
        Assert.Same(_world.Provider, _world.ProviderAt((await LinkAsync(_world.NewBrowser(), "cross-site", "staff")).Location));
    }

    private static Task<Answer> LinkAsync(Browser browser, string site, string provider) => browser.SendAsync("GET", $"{App}/.authproxy/login?provider={provider}&return_to=/x", new()
    {
        ["Sec-Fetch-Mode"] = "navigate",
        ["Sec-Fetch-Dest"] = "document",
        ["Sec-Fetch-Site"] = site,
        ["Accept"] = "text/html",
    });

    [Fact]
    public async Task Login_asked_for_by_another_host_happens_at_the_provider_that_its_rule_wants()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync(App + "/staff/");
        _world.Clock.Advance(TimeSpan.FromMinutes(1));

        var asked = await browser.FollowAsync(Vault + "/x");
        var page = await browser.FollowAsync(_world.Other.Authorize(asked.Location, "carol"));

        Assert.Equal((200, Vault + "/x"), (page.Status, page.Address));
        Assert.Contains("hello carol", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mix_up_the_code_of_one_provider_at_the_callback_of_the_other_goes_to_neither()
    {
        var browser = _world.NewBrowser();
        var callback = _world.Provider.Authorize((await browser.GoAsync(App + "/staff/")).Location);

        var answer = await browser.GoAsync(callback.Replace("/callback/staff?", "/callback/customers?", StringComparison.Ordinal));

        Assert.Equal((400, "login-failed"), (answer.Status, answer.Reason));
        Assert.Equal((0, 0), (_world.Provider.TokenRequests, _world.Other.TokenRequests));
    }

    [Fact]
    public async Task Mix_up_the_code_of_one_provider_with_the_state_of_the_other_is_refused_by_its_issuer()
    {
        var browser = _world.NewBrowser();
        var stolen = StubProvider.Split(_world.Provider.Authorize((await browser.GoAsync(App + "/staff/")).Location)).Query;
        var (endpoint, own) = StubProvider.Split(_world.Other.Authorize((await browser.GoAsync(App + "/customers/")).Location));

        var answer = await browser.GoAsync($"{endpoint}?code={stolen["code"]}&state={own["state"]}&iss={Uri.EscapeDataString(stolen["iss"])}");

        Assert.Equal((400, "login-failed"), (answer.Status, answer.Reason));
        Assert.Equal((0, 0), (_world.Provider.TokenRequests, _world.Other.TokenRequests));
    }

    [Theory]
    [InlineData("callback"), InlineData("callback/"), InlineData("callback/default"), InlineData("callback/nobody"), InlineData("callback/staff/x"), InlineData("callback/STAFF")]
    public async Task Callback_of_no_provider_does_not_exist(string endpoint)
    {
        var answer = await _world.NewBrowser().GoAsync($"{App}/.authproxy/{endpoint}?code=x&state=y");

        Assert.Equal((404, "endpoint-unknown"), (answer.Status, answer.Reason));
    }

    [Fact]
    public async Task Provider_that_is_down_delays_nobody_but_who_logs_in_there()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync(App + "/customers/");
        _world.Other.IsDown = true;
        _world.Clock.Advance(TimeSpan.FromMinutes(11));

        var there = await StartTwoAsync();
        await using var _ = there;
        there.Other.IsDown = true;

        Assert.Equal(503, (await there.NewBrowser().GoAsync(App + "/customers/")).Status);
        Assert.Equal(200, (await there.NewBrowser().SignInAsync(App + "/staff/")).Status);
        Assert.Equal(200, (await browser.FetchAsync(App + "/customers/")).Status);
    }

    [Fact]
    public async Task Login_page_takes_a_provider_by_name_and_none_that_does_not_exist()
    {
        var browser = _world.NewBrowser();

        Assert.Same(_world.Other, _world.ProviderAt((await browser.GoAsync($"{App}/.authproxy/login?provider=customers&return_to=/x")).Location));
        foreach (var wrong in (string[])["provider=nobody", "provider=", "provider=https://evil.example", "provider=staff&provider=customers"])
        {
            var answer = await browser.GoAsync($"{App}/.authproxy/login?{wrong}");
            Assert.Equal(400, answer.Status);
            Assert.Equal("", answer.Location);
        }
    }

    [Fact]
    public async Task Name_given_to_another_provider_carries_no_sessions_over()
    {
        var login = Some.Login() with { Provider = "staff", Issuer = "https://former.example.com" };
        var (_, cookie) = await _world.Sessions.BeginAsync(login, "app.example.com", default);
        var browser = _world.NewBrowser();
        browser.SetCookie(App, cookie.Text);

        Assert.Equal("provider-not-accepted", (await browser.FetchAsync(App + "/staff/")).Reason);
    }
}
