using System.Text;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

public sealed class LoginAttackTests : IAsyncLifetime
{
    private LoginWorld _world = null!;

    public async Task InitializeAsync() => _world = await StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Login_CSRF_the_attackers_callback_in_the_victims_browser_logs_nobody_in()
    {
        var attacker = _world.NewBrowser();
        var callback = _world.Provider.Authorize((await attacker.GoAsync(App + "/")).Location, "mallory");
        var victim = _world.NewBrowser();

        await RefusedAsync(victim, callback, "login-failed");
    }

    [Fact]
    public async Task Login_CSRF_in_a_browser_that_is_about_to_log_in_only_begins_its_own_login()
    {
        var attacker = _world.NewBrowser();
        var callback = _world.Provider.Authorize((await attacker.GoAsync(App + "/")).Location, "mallory");
        var victim = _world.NewBrowser();
        await victim.GoAsync(App + "/");

        var begun = await victim.GoAsync(callback);
        var arrived = await victim.FollowAsync(_world.Provider.Authorize(begun.Location, "alice"));

        Assert.StartsWith(_world.Provider.Issuer, begun.Location, StringComparison.Ordinal);
        Assert.Contains("alice", arrived.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("mallory", arrived.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_CSRF_leaves_a_signed_in_victim_who_they_are()
    {
        var victim = _world.NewBrowser();
        var before = await victim.SignInAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        var attacker = _world.NewBrowser();
        var callback = _world.Provider.Authorize((await attacker.GoAsync(App + "/")).Location, "mallory");

        var after = await victim.FollowAsync(callback);

        Assert.Equal(before.Body, after.Body);
    }

    [Fact]
    public async Task State_replayed_with_a_fresh_code_after_logout_logs_nobody_in()
    {
        var browser = _world.NewBrowser();
        var start = (await browser.GoAsync(App + "/")).Location;
        await browser.FollowAsync(_world.Provider.Authorize(start));
        await browser.PostAsync(App + "/.authproxy/logout", App);

        await RefusedAsync(browser, _world.Provider.Authorize(start), "login-failed");
    }

    [Fact]
    public async Task State_replayed_by_two_tabs_at_once_makes_one_session()
    {
        var browser = _world.NewBrowser();
        var start = (await browser.GoAsync(App + "/")).Location;
        var other = _world.NewBrowser();
        other.SetCookie(App, browser.Cookie(App, "__Host-authproxy-login")!, "__Host-authproxy-login");

        var answers = await Task.WhenAll(browser.GoAsync(_world.Provider.Authorize(start)), other.GoAsync(_world.Provider.Authorize(start)));

        Assert.Single(answers, answer => answer.IsRedirect);
        Assert.Single(answers, answer => answer.Reason == "login-failed");
    }

    [Fact]
    public async Task State_from_before_its_limit_expires()
    {
        var browser = _world.NewBrowser();
        var callback = _world.Provider.Authorize((await browser.GoAsync(App + "/x")).Location);
        _world.Clock.Advance(TimeSpan.FromMinutes(10));

        var page = await RefusedAsync(browser, callback, "login-expired");

        Assert.Contains("return_to=" + Uri.EscapeDataString(App + "/x"), page.Body, StringComparison.Ordinal);
        Assert.Equal(0, _world.Provider.TokenRequests);
    }

    [Fact]
    public async Task Forged_state_is_refused_whatever_byte_was_changed()
    {
        var browser = _world.NewBrowser();
        var callback = _world.Provider.Authorize((await browser.GoAsync(App + "/")).Location);
        var (endpoint, query) = StubProvider.Split(callback);
        for (var at = 0; at < query["state"].Length; at += 7)
        {
            var forged = new StringBuilder(query["state"]);
            forged[at] = forged[at] == 'A' ? 'B' : 'A';
            await RefusedAsync(browser, $"{endpoint}?code={query["code"]}&state={forged}&iss={Uri.EscapeDataString(query["iss"])}", "login-failed");
        }

        Assert.Equal(0, _world.Provider.TokenRequests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("state=")]
    [InlineData("state=x&code=y")]
    [InlineData("state=%00%ff%20")]
    public async Task Callback_of_nobodys_login_is_refused(string query) =>
        await RefusedAsync(_world.NewBrowser(), $"{App}/.authproxy/callback?{query}", "login-failed");

    [Fact]
    public async Task Oversized_state_is_refused() =>
        await RefusedAsync(_world.NewBrowser(), $"{App}/.authproxy/callback?code=x&state={new string('A', 20_000)}", "login-failed");

    [Theory]
    [InlineData("code"), InlineData("state"), InlineData("iss")]
    public async Task Parameter_pollution_of_the_callback_is_refused(string name)
    {
        var browser = _world.NewBrowser();
        var callback = _world.Provider.Authorize((await browser.GoAsync(App + "/")).Location);
        var value = StubProvider.Split(callback).Query[name];

        await RefusedAsync(browser, $"{callback}&{name}={Uri.EscapeDataString(value)}", "login-failed");
        Assert.Equal(0, _world.Provider.TokenRequests);
    }

    [Fact]
    public async Task Mix_up_a_response_of_another_provider_is_refused()
    {
        var browser = _world.NewBrowser();
        var callback = _world.Provider.Authorize((await browser.GoAsync(App + "/")).Location);

        await RefusedAsync(browser, callback[..callback.IndexOf("&iss=", StringComparison.Ordinal)] + "&iss=https%3A%2F%2Fevil.example.com", "login-failed");
        await RefusedAsync(browser, callback[..callback.IndexOf("&iss=", StringComparison.Ordinal)], "login-failed");
        Assert.Equal(0, _world.Provider.TokenRequests);
    }

    [Fact]
    public async Task Stolen_code_in_another_browser_fails_at_the_provider_for_want_of_the_verifier()
    {
        var victim = _world.NewBrowser();
        var stolen = StubProvider.Split(_world.Provider.Authorize((await victim.GoAsync(App + "/")).Location)).Query["code"];
        var thief = _world.NewBrowser();
        var own = _world.Provider.Authorize((await thief.GoAsync(App + "/")).Location, "mallory");

        await RefusedAsync(thief, own.Replace(StubProvider.Split(own).Query["code"], stolen, StringComparison.Ordinal), "login-failed");
    }

    [Fact]
    public async Task Error_of_the_provider_is_told_in_our_words_only()
    {
        var browser = _world.NewBrowser();
        var callback = _world.Provider.Authorize((await browser.GoAsync(App + "/")).Location);
        var (endpoint, query) = StubProvider.Split(callback);
        var error = $"{endpoint}?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C%2Fscript%3E&state={query["state"]}&iss={Uri.EscapeDataString(query["iss"])}";

        var page = await RefusedAsync(browser, error, "login-failed");

        Assert.DoesNotContain("script", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("access_denied", page.Body, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", page.Headers.ContentSecurityPolicy.ToString(), StringComparison.Ordinal);
        Assert.Equal("no-store", page.Headers.CacheControl);
    }

    [Fact]
    public async Task Session_fixation_a_planted_cookie_is_replaced_at_login()
    {
        var planted = _world.NewBrowser();
        await planted.SignInAsync(subject: "mallory");
        var victim = _world.NewBrowser();
        var unknown = Sessions.Some.Bytes(7);
        victim.SetCookie(App, System.Buffers.Text.Base64Url.EncodeToString(unknown));

        Assert.StartsWith("hello alice", (await victim.SignInAsync()).Body, StringComparison.Ordinal);

        Assert.NotEqual(System.Buffers.Text.Base64Url.EncodeToString(unknown), victim.Cookie(App));
        Assert.NotEqual(planted.Cookie(App), victim.Cookie(App));
    }

    [Fact]
    public async Task Login_of_another_user_ends_the_session_that_the_browser_had()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync(subject: "alice");
        var old = browser.Cookie(App)!;

        // Begun after alice's session: a person chose to log in again.
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        var again = await BeginAgainAsync(browser);
        var page = await browser.FollowAsync(_world.Provider.Authorize(again, "bob"));

        Assert.StartsWith("hello bob", page.Body, StringComparison.Ordinal);
        var thief = _world.NewBrowser();
        thief.SetCookie(App, old);
        Assert.Equal(401, (await thief.FetchAsync(App + "/")).Status);
    }

    [Fact]
    public async Task Cookie_tossing_two_living_sessions_are_refused_and_do_not_loop()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync();
        var attacker = _world.NewBrowser();
        await attacker.SignInAsync(subject: "mallory");

        var answer = await browser.SendAsync("GET", App + "/", new() { ["Cookie"] = $"__Host-authproxy={attacker.Cookie(App)}" });
        Assert.Equal(200, answer.Status);

        browser.SetCookie(App, $"{attacker.Cookie(App)}; __Host-authproxy={browser.Cookie(App)}");
        answer = await browser.GoAsync(App + "/");
        Assert.Equal((400, "credentials-ambiguous"), (answer.Status, answer.Reason));

        // The way out of it.
        await browser.PostAsync(App + "/.authproxy/logout", App);
        Assert.Equal(401, (await attacker.FetchAsync(App + "/")).Status);
    }

    [Fact]
    public async Task Duplicate_stale_cookies_do_not_loop()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync();
        var stale = string.Join("; ", Enumerable.Range(1, 3).Select(i => $"__Host-authproxy={System.Buffers.Text.Base64Url.EncodeToString(Sessions.Some.Bytes((byte)i))}"));
        browser.SetCookie(App, $"{browser.Cookie(App)}; {stale}");

        Assert.Equal(200, (await browser.GoAsync(App + "/")).Status);
    }

    [Fact]
    public async Task Browser_without_cookies_is_told_so_and_does_not_loop()
    {
        var browser = _world.NewBrowser();
        browser.KeepsCookies = false;
        var callback = _world.Provider.Authorize((await browser.GoAsync(App + "/")).Location);

        await RefusedAsync(browser, callback, "login-failed");
    }

    [Theory]
    [InlineData("https://evil.example.com/")]
    [InlineData("//evil.example.com")]
    [InlineData("///evil.example.com")]
    [InlineData("/\\evil.example.com")]
    [InlineData("\\\\evil.example.com")]
    [InlineData("/\t/evil.example.com")]
    [InlineData("/\n/evil.example.com")]
    [InlineData("\u0001//evil.example.com")]
    [InlineData(" https://evil.example.com")]
    [InlineData("https:evil.example.com")]
    [InlineData("https:///evil.example.com")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("http://app.example.com/")]
    [InlineData("https://app.example.com@evil.example.com/")]
    [InlineData("https://app.example.com:8443/")]
    [InlineData("https://app.example.com.evil.example.com/")]
    [InlineData("https://app.example.comevil/")]
    [InlineData("https://user@app.example.com/")]
    [InlineData("https://APP.example.com\\@evil.example.com/")]
    [InlineData("evil.example.com")]
    [InlineData("/ü")]
    public async Task Open_redirect_through_the_return_address_is_refused(string address)
    {
        foreach (var origin in new[] { App, Vault })
        {
            var answer = await _world.NewBrowser().GoAsync($"{origin}/.authproxy/login?return_to={Uri.EscapeDataString(address)}");
            Assert.Equal((400, "return-address-refused"), (answer.Status, answer.Reason));
        }
    }

    [Theory]
    [InlineData("/%2f%2fevil.example.com")]
    [InlineData("/%5cevil.example.com")]
    [InlineData("/%09/evil.example.com")]
    [InlineData("/a?next=//evil.example.com#x")]
    public async Task Encoded_return_address_stays_on_our_host(string address)
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync();

        Assert.Equal(App + address, (await browser.GoAsync($"{App}/.authproxy/login?return_to={Uri.EscapeDataString(address)}")).Location);
    }

    [Fact]
    public async Task Return_address_twice_or_to_our_own_endpoints_leads_nowhere_odd()
    {
        var browser = _world.NewBrowser();
        Assert.Equal("return-address-refused", (await browser.GoAsync(App + "/.authproxy/login?return_to=/a&return_to=/b")).Reason);
        Assert.Equal("return-address-refused", (await browser.GoAsync(App + "/.authproxy/login?return_to=/" + new string('a', 3000))).Reason);
        await browser.SignInAsync();
        Assert.Equal(App + "/", (await browser.GoAsync(App + "/.authproxy/login?return_to=/.authproxy/logout")).Location);
    }

    private async Task<string> BeginAgainAsync(Browser browser)
    {
        var session = browser.Cookie(App)!;
        browser.SetCookie(App, "gone");
        var start = await browser.GoAsync(App + "/");
        browser.SetCookie(App, session);
        return start.Location;
    }

    private static async Task<Answer> RefusedAsync(Browser browser, string address, string reason)
    {
        var answer = await browser.GoAsync(address);
        Assert.Equal(reason, answer.Reason);
        Assert.DoesNotContain(answer.Headers.SetCookie, line => line!.StartsWith("__Host-authproxy=", StringComparison.Ordinal));
        return answer;
    }
}
