using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

public sealed class HandOffTests : IAsyncLifetime
{
    private LoginWorld _world = null!;

    public async Task InitializeAsync() => _world = await StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Login_that_begins_on_another_host_ends_there()
    {
        var browser = _world.NewBrowser();

        var page = await browser.SignInAsync(Vault + "/values?x=1");

        Assert.Equal(Vault + "/values?x=1", page.Address);
        Assert.Equal(page.Body, (await browser.GoAsync(App + "/")).Body);
    }

    [Fact]
    public async Task Host_that_lost_its_cookie_gets_one_without_a_login()
    {
        var browser = _world.NewBrowser();
        var before = await browser.SignInAsync();
        browser.SetCookie(Vault, "lost");

        var page = await browser.FollowAsync(Vault + "/x");

        Assert.Equal((Vault + "/x", before.Body), (page.Address, page.Body));
        Assert.Equal(1, _world.Provider.TokenRequests);
    }

    [Fact]
    public async Task Cookie_of_one_host_is_worth_nothing_on_the_other()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync();
        var thief = _world.NewBrowser();
        thief.SetCookie(Vault, browser.Cookie(App)!);

        Assert.Equal(401, (await thief.FetchAsync(Vault + "/")).Status);
    }

    [Fact]
    public async Task Hand_off_code_of_another_browser_is_refused()
    {
        var accept = await CodeAsync(await SignedInAsync());
        var thief = _world.NewBrowser();
        await thief.GoAsync(Vault + "/");

        await RefusedAsync(thief, accept);
    }

    [Fact]
    public async Task Hand_off_code_forced_on_a_victim_logs_nobody_in()
    {
        var attacker = _world.NewBrowser();
        await attacker.SignInAsync(subject: "mallory");
        attacker.SetCookie(Vault, "lost");
        var accept = await CodeAsync(attacker);
        var victim = await SignedInAsync();
        await RefusedAsync(victim, accept);

        await victim.FollowAsync(Vault + "/");
        Assert.StartsWith("hello alice", (await victim.FollowAsync(accept)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hand_off_code_used_twice_is_refused()
    {
        var browser = await SignedInAsync();
        var accept = await CodeAsync(browser);
        Assert.True((await browser.GoAsync(accept)).IsRedirect);
        browser.SetCookie(Vault, "lost");

        await RefusedAsync(browser, accept);
    }

    [Fact]
    public async Task Hand_off_code_used_twice_in_the_signed_in_browser_leads_to_its_target()
    {
        var browser = await SignedInAsync();
        var accept = await CodeAsync(browser);
        await browser.GoAsync(accept);

        Assert.Equal(Vault + "/x", (await browser.FollowAsync(accept)).Address);
    }

    [Fact]
    public async Task Hand_off_code_after_thirty_seconds_is_refused()
    {
        var browser = await SignedInAsync();
        var accept = await CodeAsync(browser);
        _world.Clock.Advance(TimeSpan.FromSeconds(30));

        await RefusedAsync(browser, accept);
    }

    [Fact]
    public async Task Hand_off_code_for_one_host_is_refused_on_another()
    {
        await using var world = await StartAsync("", App, Vault, "https://third.example.com");
        var browser = world.NewBrowser();
        await browser.SignInAsync();
        browser.SetCookie(Vault, "lost");
        var asked = await browser.GoAsync(Vault + "/x");
        var accept = (await browser.GoAsync(asked.Location)).Location;
        var elsewhere = accept.Replace(Vault, "https://third.example.com", StringComparison.Ordinal);
        browser.SetCookie("https://third.example.com", browser.Cookie(Vault, "__Host-authproxy-login")!, "__Host-authproxy-login");
        browser.SetCookie("https://third.example.com", "lost");

        var answer = await browser.GoAsync(elsewhere);

        Assert.Equal("login-expired", answer.Reason);
        Assert.Equal("lost", browser.Cookie("https://third.example.com"));
    }

    [Fact]
    public async Task Hand_off_after_logout_admits_nobody()
    {
        var browser = await SignedInAsync();
        var accept = await CodeAsync(browser);
        await browser.PostAsync(App + "/.authproxy/logout", App);

        await RefusedAsync(browser, accept);
    }

    [Theory]
    [InlineData("/.authproxy/accept?code=x"), InlineData("/.authproxy/accept"), InlineData("/.authproxy/join?ticket=x"), InlineData("/.authproxy/join")]
    public async Task Forged_code_or_ticket_is_refused(string path) => await RefusedAsync(_world.NewBrowser(), Vault + path);

    [Theory]
    [InlineData("/.authproxy/hand-off?state=x"), InlineData("/.authproxy/hand-off")]
    public async Task Forged_state_is_refused(string path) => await RefusedAsync(await SignedInAsync(), App + path, App);

    [Fact]
    public async Task State_of_a_login_is_no_state_of_a_hand_off()
    {
        var browser = _world.NewBrowser();
        var state = StubProvider.Split((await browser.GoAsync(App + "/")).Location).Query["state"];

        await RefusedAsync(browser, $"{App}/.authproxy/hand-off?state={state}", App);
    }

    [Fact]
    public async Task Host_of_a_browser_that_keeps_no_cookie_there_does_not_loop()
    {
        var browser = await SignedInAsync();
        browser.SetCookie(Vault, "lost", "__Host-authproxy-login");
        browser.KeepsCookies = false;

        var answer = await browser.FollowAsync(Vault + "/x");

        Assert.Equal("login-expired", answer.Reason);
    }

    [Fact]
    public async Task Visit_of_a_browser_that_keeps_no_session_does_not_loop()
    {
        var browser = _world.NewBrowser();
        var answer = await browser.FollowAsync(App + "/");
        answer = await browser.GoAsync(_world.Provider.Authorize(answer.Location));
        browser.SetCookie(App, "not kept");

        Assert.Equal("login-failed", (await browser.FollowAsync(answer.Location)).Reason);
    }

    [Fact]
    public async Task Visit_ticket_is_for_its_host_and_moment()
    {
        var browser = _world.NewBrowser();
        var answer = await browser.FollowAsync(App + "/");
        var join = (await browser.GoAsync(_world.Provider.Authorize(answer.Location))).Location;
        Assert.StartsWith(Vault + "/.authproxy/join?ticket=", join, StringComparison.Ordinal);
        _world.Clock.Advance(TimeSpan.FromMinutes(2));

        await RefusedAsync(browser, join);
    }

    [Fact]
    public async Task Chosen_login_host_is_where_logins_begin()
    {
        await using var world = await StartAsync(", login_host: app.example.com", Vault, App);

        var page = await world.NewBrowser().SignInAsync(Vault + "/x");

        Assert.Equal((200, Vault + "/x"), (page.Status, page.Address));
    }

    private async Task<Browser> SignedInAsync()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync();
        browser.SetCookie(Vault, "lost");
        return browser;
    }

    /// <summary>The address with the code that the login host sends a browser to.</summary>
    private static async Task<string> CodeAsync(Browser browser)
    {
        var asked = await browser.GoAsync(Vault + "/x");
        var answered = await browser.GoAsync(asked.Location);
        Assert.StartsWith(Vault + "/.authproxy/accept?code=", answered.Location, StringComparison.Ordinal);
        return answered.Location;
    }

    private static async Task RefusedAsync(Browser browser, string address, string origin = Vault)
    {
        var before = browser.Cookie(origin);
        var answer = await browser.GoAsync(address);
        Assert.Equal((400, "login-expired"), (answer.Status, answer.Reason));
        Assert.Equal(before, browser.Cookie(origin));
    }
}
