using AuthProxy.Proxy.Sessions;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

public sealed class LoginTests : IAsyncLifetime
{
    private LoginWorld _world = null!;

    public async Task InitializeAsync() => _world = await StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Navigation_logs_in_and_arrives_where_it_wanted_to_go()
    {
        var browser = _world.NewBrowser();

        var page = await browser.SignInAsync(App + "/account?tab=%2Fa;b");

        Assert.Equal(App + "/account?tab=%2Fa;b", page.Address);
        Assert.StartsWith("hello alice in ", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_with_tokens_of_many_kilobytes_is_still_one_small_cookie()
    {
        var browser = _world.NewBrowser();
        _world.Provider.AccessToken = new string('a', 12 * 1024);
        _world.Provider.Claims["at_hash"] = null;
        _world.Provider.Claims["groups"] = $"[{string.Join(',', Enumerable.Range(0, 300).Select(number => $"\"group-{number}\""))}]";

        var page = await browser.SignInAsync();

        Assert.Equal(200, page.Status);
        Assert.Equal(CookieSecret.TextLength, browser.Cookie(App)!.Length);
    }

    [Fact]
    public async Task Every_redirect_of_a_login_is_kept_by_nobody_and_tells_no_one_where_it_came_from()
    {
        var browser = _world.NewBrowser();
        var start = await browser.GoAsync(App + "/");
        var end = await browser.GoAsync(_world.Provider.Authorize(start.Location));

        Assert.All([start, end], answer =>
        {
            Assert.Equal("no-store", answer.Headers.CacheControl);
            Assert.Equal("no-referrer", answer.Headers["Referrer-Policy"]);
        });
    }

    [Fact]
    public async Task Login_gives_the_other_host_its_own_cookie_in_the_same_chain()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync();

        var page = await browser.GoAsync(Vault + "/frame");

        Assert.Equal(200, page.Status);
        Assert.NotEqual(browser.Cookie(App), browser.Cookie(Vault));
        Assert.Equal(3, browser.CookieCount(App) + browser.CookieCount(Vault) - 1);
    }

    [Fact]
    public async Task Session_keeps_the_claims_of_the_person_and_not_those_of_the_token()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync();

        var found = await _world.Sessions.FindAsync(CookieSecret.Parse(browser.Cookie(App))!, "app.example.com", default);

        var session = Assert.IsType<SessionLookup.Live>(found).Session;
        Assert.Equal("""{"name":"Zoë","groups":["clerks"]}""".Length, System.Text.RegularExpressions.Regex.Unescape(session.Claims.GetRawText()).Length);
        Assert.Equal((_world.Provider.Issuer, "alice", "session-of-alice"), (session.Issuer, session.SubjectId, session.ProviderSid));
        Assert.Equal(("access-token", "refresh-token"), (session.Tokens.AccessToken, session.Tokens.RefreshToken));
    }

    [Fact]
    public async Task Tabs_that_open_at_once_and_overwrite_each_others_binding_all_arrive()
    {
        var first = _world.NewBrowser();
        var second = _world.NewBrowser();
        var start = (await first.GoAsync(App + "/first")).Location;
        await second.GoAsync(App + "/second");

        // One browser sent both requests before either answer: it kept the second answer's cookie, and finishes the first login.
        var again = await second.GoAsync(_world.Provider.Authorize(start));
        var arrived = await second.FollowAsync(_world.Provider.Authorize(again.Location));

        Assert.Equal(App + "/first", arrived.Address);
    }

    [Fact]
    public async Task Ten_tabs_need_one_cookie_and_all_arrive()
    {
        var browser = _world.NewBrowser();
        var starts = new List<string>();
        for (var tab = 0; tab < 10; tab++)
        {
            starts.Add((await browser.GoAsync($"{App}/tab/{tab}")).Location);
        }

        Assert.Equal(1, browser.CookieCount(App));
        string? greeting = null;
        for (var tab = 9; tab >= 0; tab--)
        {
            var page = await browser.FollowAsync(_world.Provider.Authorize(starts[tab]));
            Assert.Equal($"{App}/tab/{tab}", page.Address);
            Assert.Equal(greeting ?? page.Body, page.Body);
            greeting = page.Body;
        }

        Assert.Equal(1, _world.Provider.TokenRequests);
    }

    [Fact]
    public async Task Pending_logins_cost_the_store_nothing()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.True((await _world.NewBrowser().GoAsync(App + "/")).IsRedirect);
        }

        Assert.Equal(0, await _world.Store.SweepAsync(_world.Clock.GetUtcNow().AddYears(1), 1000, default));
    }

    [Fact]
    public async Task Callback_that_comes_again_in_a_signed_in_browser_leads_to_its_target()
    {
        var browser = _world.NewBrowser();
        var callback = _world.Provider.Authorize((await browser.GoAsync(App + "/here")).Location);
        var first = await browser.FollowAsync(callback);

        var again = await browser.FollowAsync(callback);

        Assert.Equal((App + "/here", first.Body), (again.Address, again.Body));
        Assert.Equal(1, _world.Provider.TokenRequests);
    }

    [Fact]
    public async Task Callback_after_hours_in_a_signed_in_browser_leads_to_its_target()
    {
        var browser = _world.NewBrowser();
        var slow = _world.Provider.Authorize((await browser.GoAsync(App + "/slow")).Location);
        await browser.SignInAsync(App + "/quick");
        _world.Clock.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal(App + "/slow", (await browser.FollowAsync(slow)).Address);
    }

    [Fact]
    public async Task Script_is_never_sent_to_the_login_and_leaves_no_cookie_behind()
    {
        var browser = _world.NewBrowser();

        Assert.Equal(401, (await browser.FetchAsync(App + "/api")).Status);
        Assert.Equal(401, (await browser.FetchAsync(App + "/.authproxy/login")).Status);

        Assert.Equal(0, browser.CookieCount(App));
        Assert.Equal(0, _world.Provider.DiscoveryRequests);
    }

    [Fact]
    public async Task Head_of_a_page_begins_a_login_as_its_get_does_but_takes_no_code()
    {
        var browser = _world.NewBrowser();
        var start = await browser.GoAsync(App + "/x", "HEAD");
        Assert.StartsWith(_world.Provider.Issuer, start.Location, StringComparison.Ordinal);
        var callback = _world.Provider.Authorize(start.Location);

        Assert.Equal((405, "method-not-allowed"), await StatusAsync(browser.GoAsync(callback, "HEAD")));

        Assert.Equal(App + "/x", (await browser.FollowAsync(callback)).Address);
    }

    [Fact]
    public async Task Posted_form_without_a_session_comes_back_to_the_start_page()
    {
        var browser = _world.NewBrowser();
        var start = await browser.PostAsync(App + "/transfer", App);

        Assert.Equal(303, start.Status);
        Assert.Equal(App + "/", (await browser.FollowAsync(_world.Provider.Authorize(start.Location))).Address);
    }

    [Fact]
    public async Task Login_link_leads_to_its_return_address_signed_in_or_not()
    {
        var browser = _world.NewBrowser();
        Assert.Equal(App + "/reports", (await browser.SignInAsync(App + "/.authproxy/login?return_to=%2Freports")).Address);
        Assert.Equal(Vault + "/x", (await browser.FollowAsync(App + "/.authproxy/login?return_to=" + Uri.EscapeDataString(Vault + "/x"))).Address);
    }

    [Fact]
    public async Task Provider_that_is_down_delays_the_login_and_not_the_start()
    {
        _world.Provider.IsDown = true;
        var browser = _world.NewBrowser();

        var page = await browser.GoAsync(App + "/");
        Assert.Equal((503, "provider-unavailable", "5"), (page.Status, page.Reason, page.Headers.RetryAfter.ToString()));
        Assert.Contains("Try again", page.Body, StringComparison.Ordinal);

        _world.Provider.IsDown = false;
        _world.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(200, (await browser.SignInAsync()).Status);
    }

    [Fact]
    public async Task Provider_that_is_down_is_not_asked_by_every_visitor()
    {
        _world.Provider.Discovery["issuer"] = "\"https://other.example.com\"";
        for (var i = 0; i < 20; i++)
        {
            await _world.NewBrowser().GoAsync(App + "/");
        }

        Assert.Equal(1, _world.Provider.DiscoveryRequests);
    }

    [Fact]
    public async Task Provider_that_fails_at_the_exchange_is_503_and_no_login()
    {
        var browser = _world.NewBrowser();
        var callback = _world.Provider.Authorize((await browser.GoAsync(App + "/")).Location);
        _world.Provider.IsDown = true;

        Assert.Equal((503, "provider-unavailable"), await StatusAsync(browser.GoAsync(callback)));
        Assert.Null(browser.Cookie(App));
    }

    [Fact]
    public async Task New_keys_of_the_provider_are_found_at_the_first_login_that_needs_them()
    {
        await _world.NewBrowser().SignInAsync();
        _world.Provider.Key = Jose.SigningKey.Generate(Jose.JwtAlgorithms.RS256);
        _world.Clock.Advance(TimeSpan.FromSeconds(11));
        _world.Provider.Claims["at_hash"] = null;

        Assert.Equal(200, (await _world.NewBrowser().SignInAsync()).Status);
    }

    [Fact]
    public async Task Store_that_does_not_answer_is_503_and_no_logout()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync();
        _world.Clock.Advance(TimeSpan.FromSeconds(2));
        _world.Store.Fails = true;

        Assert.Equal((503, "session-store-unavailable"), await StatusAsync(browser.GoAsync(App + "/")));
        Assert.Equal((503, "session-store-unavailable"), await StatusAsync(browser.GoAsync(App + "/.authproxy/login")));
        Assert.Equal((503, "session-store-unavailable"), await StatusAsync(browser.PostAsync(App + "/.authproxy/logout", App)));

        _world.Store.Fails = false;
        Assert.Equal(200, (await browser.GoAsync(App + "/")).Status);
    }

    [Theory]
    [InlineData(App + "/.authproxy/nothing", "endpoint-unknown")]
    [InlineData(App + "/.authproxy/", "endpoint-unknown")]
    [InlineData(App + "/.authproxy/join", "endpoint-unknown")]
    [InlineData(App + "/%2Eauthproxy/nothing", "endpoint-unknown")]
    [InlineData(Vault + "/.authproxy/callback", "endpoint-unknown")]
    [InlineData(Vault + "/.authproxy/hand-off", "endpoint-unknown")]
    public async Task Reserved_path_that_is_no_endpoint_reaches_nobody_else(string address, string reason) =>
        Assert.Equal((404, reason), await StatusAsync(_world.NewBrowser().GoAsync(address)));

    [Theory]
    [InlineData("login"), InlineData("callback"), InlineData("hand-off"), InlineData("signed-out")]
    public async Task Endpoint_knows_its_methods(string name) =>
        Assert.Equal((405, "method-not-allowed"), await StatusAsync(_world.NewBrowser().GoAsync($"{App}/.authproxy/{name}", "DELETE")));

    private static async Task<(int, string)> StatusAsync(Task<Answer> answer) => ((await answer).Status, (await answer).Reason);
}
