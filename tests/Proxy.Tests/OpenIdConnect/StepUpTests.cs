using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Tests.Sessions;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

public sealed class StepUpTests : IAsyncLifetime
{
    private LoginWorld _world = null!;

    public async Task InitializeAsync() => _world = await StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Page_that_wants_a_stronger_login_gets_it_and_the_person_gets_back_to_it()
    {
        var browser = await SignedInAsync();
        var cookie = browser.Cookie(App)!;

        var asked = await browser.FollowAsync(App + "/strong/page?a=b");
        Provided("gold");
        var page = await browser.FollowAsync(_world.Provider.Authorize(asked.Location));

        Assert.Equal((200, App + "/strong/page?a=b"), (page.Status, page.Address));
        Assert.Equal("gold platinum", _world.Provider.Asked["acr_values"]);
        Assert.NotEqual(cookie, browser.Cookie(App));
        Assert.IsType<SessionLookup.None>(await _world.Sessions.FindAsync(CookieSecret.Parse(cookie)!, "app.example.com", default));
    }

    [Fact]
    public async Task Page_that_wants_a_recent_login_asks_for_a_new_one()
    {
        var browser = await SignedInAsync();

        var asked = await browser.FollowAsync(App + "/fresh/");
        Provided(null, TimeSpan.FromSeconds(5));
        var page = await browser.FollowAsync(_world.Provider.Authorize(asked.Location));

        Assert.Equal((200, "300", "login"), (page.Status, _world.Provider.Asked["max_age"], _world.Provider.Asked["prompt"]));
        _world.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(200, (await browser.GoAsync(App + "/fresh/")).Status);
        _world.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True((await browser.GoAsync(App + "/fresh/")).IsRedirect);
    }

    [Fact]
    public async Task Call_of_a_script_is_told_what_would_do()
    {
        var browser = await SignedInAsync();

        var answer = await browser.FetchAsync(App + "/both/");

        Assert.Equal((401, "authentication-insufficient"), (answer.Status, answer.Reason));
        Assert.Equal(
            "Bearer error=\"insufficient_user_authentication\", acr_values=\"gold\", max_age=\"300\"", answer.Headers.WWWAuthenticate.ToString());
    }

    [Theory]
    [InlineData(null), InlineData("bronze"), InlineData("GOLD"), InlineData("gold platinum")]
    public async Task Provider_that_comes_back_without_what_was_asked_ends_at_a_page_and_not_in_a_circle(string? acr)
    {
        var browser = await SignedInAsync();
        var before = browser.Cookie(App);
        var asked = await browser.FollowAsync(App + "/strong/");
        Provided(acr);

        var page = await browser.FollowAsync(_world.Provider.Authorize(asked.Location));

        Assert.Equal((403, "login-insufficient", ""), (page.Status, page.Reason, page.Location));
        Assert.Equal(before, browser.Cookie(App));
        Assert.Equal(200, (await browser.GoAsync(App + "/")).Status);
    }

    [Theory]
    [InlineData(null), InlineData(301), InlineData(-600)]
    public async Task Provider_that_signs_nobody_in_afresh_ends_at_a_page(int? secondsAgo)
    {
        var browser = await SignedInAsync();
        var asked = await browser.FollowAsync(App + "/fresh/");
        Provided(null, secondsAgo is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

        Assert.Equal("login-insufficient", (await browser.FollowAsync(_world.Provider.Authorize(asked.Location))).Reason);
    }

    [Fact]
    public async Task Provider_that_says_it_cannot_is_believed()
    {
        var browser = await SignedInAsync();
        var callback = _world.Provider.Authorize((await browser.FollowAsync(App + "/strong/")).Location);
        var (endpoint, query) = StubProvider.Split(callback);

        var page = await browser.GoAsync($"{endpoint}?error=unmet_authentication_requirements&state={query["state"]}&iss={Uri.EscapeDataString(query["iss"])}");

        Assert.Equal((403, "login-insufficient"), (page.Status, page.Reason));
    }

    [Fact]
    public async Task First_login_of_a_page_asks_at_once_for_what_the_page_wants()
    {
        var browser = _world.NewBrowser();
        var asked = await browser.FollowAsync(App + "/strong/");
        Provided("platinum");

        Assert.Equal(200, (await browser.FollowAsync(_world.Provider.Authorize(asked.Location))).Status);
        Assert.Equal("gold platinum", _world.Provider.Asked["acr_values"]);
        Assert.DoesNotContain("prompt", _world.Provider.Asked.Keys);
    }

    [Fact]
    public async Task Another_host_takes_the_stronger_session_over_and_asks_nobody_again()
    {
        var browser = await SignedInAsync();
        var asked = await browser.FollowAsync(Vault + "/strong/");
        Provided("gold");

        var page = await browser.FollowAsync(_world.Provider.Authorize(asked.Location));

        Assert.Equal((200, Vault + "/strong/"), (page.Status, page.Address));
        Assert.Equal(200, (await browser.GoAsync(App + "/strong/")).Status);
    }

    [Fact]
    public async Task Session_from_before_says_nothing_of_how_or_when_and_is_asked_again()
    {
        var login = Some.Login() with { Issuer = _world.Provider.Issuer };
        var (session, cookie) = await _world.Sessions.BeginAsync(login with { AuthenticatedAt = null }, "app.example.com", default);
        var browser = _world.NewBrowser();
        browser.SetCookie(App, cookie.Text);

        Assert.Equal("authentication-insufficient", (await browser.FetchAsync(App + "/fresh/")).Reason);
        Assert.Equal("authentication-insufficient", (await browser.FetchAsync(App + "/strong/")).Reason);
        Assert.Equal((null, null), (session.Authentication.Acr, session.Authentication.At));
    }

    [Fact]
    public async Task Replayed_callback_of_a_weaker_login_does_not_pass_for_the_stronger_one()
    {
        var browser = _world.NewBrowser();
        var weak = await browser.FollowAsync(App + "/");
        var strong = await browser.FollowAsync(App + "/strong/");
        var (endpoint, own) = StubProvider.Split(_world.Provider.Authorize(weak.Location));
        var stolen = StubProvider.Split(_world.Provider.Authorize(strong.Location)).Query;
        Provided("bronze");

        // The weak code with the strong state: another PKCE verifier, and another nonce.
        var page = await browser.GoAsync($"{endpoint}?code={own["code"]}&state={stolen["state"]}&iss={Uri.EscapeDataString(own["iss"])}");

        Assert.Equal(("login-failed", null), (page.Reason, browser.Cookie(App)));
    }

    [Fact]
    public async Task Settings_of_the_provider_hold_until_a_page_wants_more_and_no_parameter_comes_twice()
    {
        await using var world = await StartAsync(
            ", acr_values: [bronze, silver], prompt: [select_account], max_age: 1m, authorization_parameters: { prompt: none, max_age: 1, ui_locales: de }");

        foreach (var (path, acr, prompt) in new[] { ("/", "bronze silver", "select_account"), ("/both/", "gold", "login") })
        {
            var location = (await world.NewBrowser().GoAsync(App + path)).Location;
            var query = StubProvider.Split(location).Query;
            Assert.Equal((acr, prompt, "60", "de"), (query["acr_values"], query["prompt"], query["max_age"], query["ui_locales"]));
        }
    }

    [Theory]
    [InlineData(0, 200), InlineData(60, 200), InlineData(90, 200), InlineData(91, 403), InlineData(null, 403)]
    public async Task Age_that_the_provider_was_asked_to_see_to_is_checked(int? secondsBefore, int status)
    {
        await using var world = await StartAsync(", max_age: 1m");
        world.Provider.Claims["auth_time"] = secondsBefore is { } seconds ? $"{world.Clock.GetUtcNow().ToUnixTimeSeconds() - seconds}" : null;

        var page = await world.NewBrowser().SignInAsync();

        Assert.Equal(status, page.Status);
        Assert.Equal(status == 403 ? "login-insufficient" : "", page.Reason);
    }

    private async Task<Browser> SignedInAsync()
    {
        var browser = _world.NewBrowser();
        Provided("bronze", TimeSpan.FromHours(1));
        await browser.SignInAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        return browser;
    }

    // What the provider says from now on.
    private void Provided(string? acr, TimeSpan? ago = null)
    {
        _world.Provider.Claims["acr"] = acr is null ? null : $"\"{acr}\"";
        _world.Provider.Claims["auth_time"] = ago is { } age ? $"{(_world.Clock.GetUtcNow() - age).ToUnixTimeSeconds()}" : null;
    }
}
