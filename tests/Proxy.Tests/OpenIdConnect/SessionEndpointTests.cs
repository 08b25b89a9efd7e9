using System.Text.Json;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Tests.Sessions;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

public sealed class SessionEndpointTests : IAsyncLifetime
{
    private const string Address = App + "/.authproxy/session";
    private const string UserInfo = App + "/.authproxy/userinfo";
    private const string Nobody = """{"signed_in":false,"guest":false}""";
    private const string Listed = "https://www.example.com";

    private LoginWorld _world = null!;
    private Browser _browser = null!;

    public async Task InitializeAsync()
    {
        _world = await StartWithSessionsAsync($"endpoint: {{ origins: [\"{Listed}\"] }}");
        _browser = _world.NewBrowser();
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(App), InlineData(Vault)]
    public async Task Page_learns_who_is_signed_in_and_for_how_long(string origin)
    {
        await _browser.SignInAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(10));

        var answer = await _browser.FetchAsync(origin + "/.authproxy/session");

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            """{"signed_in":true,"guest":false,"subject":"alice","claims":{"name":"Zo\u00EB"},"idle_seconds_left":3000,"absolute_seconds_left":42600}""", answer.Body);
    }

    [Fact]
    public async Task Nobody_being_signed_in_is_an_answer_and_starts_no_login()
    {
        var answer = await _browser.FetchAsync(Address);

        Assert.Equal((200, Nobody), (answer.Status, answer.Body));
        Assert.Equal(0, answer.Headers.SetCookie.Count);
    }

    [Fact]
    public async Task Guest_is_nobody_who_is_signed_in_and_has_a_session_all_the_same()
    {
        var guest = Some.Login("guest-1") with { IsGuest = true, Tokens = ProviderTokens.None, Life = TimeSpan.FromMinutes(30) };
        var (_, cookie) = await _world.Sessions.BeginAsync(guest, "app.example.com", default);
        _browser.SetCookie(App, cookie.Text);

        Assert.Equal("""{"signed_in":false,"guest":true,"idle_seconds_left":1800,"absolute_seconds_left":1800}""", (await _browser.FetchAsync(Address)).Body);
        Assert.Equal(401, (await _browser.FetchAsync(UserInfo)).Status);
    }

    [Fact]
    public async Task Answers_hold_no_token_no_cookie_and_no_id_of_the_session()
    {
        await _browser.SignInAsync();
        var greeting = await _browser.FetchAsync(App + "/");
        var sid = greeting.Body.Split(' ')[^1];
        foreach (var address in new[] { Address, UserInfo })
        {
            var answer = await _browser.FetchAsync(address);

            Assert.DoesNotContain(sid, answer.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("token", answer.Body, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(_browser.Cookie(App)!, answer.Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(Address), InlineData(UserInfo)]
    public async Task Cache_poisoning_no_cache_keeps_what_is_one_persons(string address)
    {
        await _browser.SignInAsync();

        var answer = await _browser.FetchAsync(address);

        Assert.Equal(("no-store", "nosniff", "application/json"), (answer.Headers.CacheControl.ToString(), answer.Headers.XContentTypeOptions.ToString(), answer.Headers.ContentType.ToString()));
        Assert.Contains("Cookie", answer.Headers.Vary.ToString(), StringComparison.Ordinal);
        Assert.Contains("Origin", answer.Headers.Vary.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_that_asks_all_the_time_does_not_keep_a_session_alive()
    {
        await _browser.SignInAsync();
        for (var minute = 0; minute < 60; minute++)
        {
            Assert.Contains("true", (await _browser.FetchAsync(Address)).Body, StringComparison.Ordinal);
            Assert.Equal(200, (await _browser.FetchAsync(UserInfo)).Status);
            _world.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(Nobody, (await _browser.FetchAsync(Address)).Body);
        Assert.Equal(401, (await _browser.FetchAsync(App + "/")).Status);
    }

    [Fact]
    public async Task Post_puts_the_idle_end_off_and_never_the_last()
    {
        await _browser.SignInAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(50));

        var answer = await _browser.FetchAsync(Address, "POST");

        Assert.Contains("\"idle_seconds_left\":3600,\"absolute_seconds_left\":40200", answer.Body, StringComparison.Ordinal);
        _world.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal(200, (await _browser.FetchAsync(App + "/")).Status);
    }

    [Fact]
    public async Task Other_tab_that_signed_out_is_seen_at_once()
    {
        await _browser.SignInAsync();
        var cookie = _browser.Cookie(App)!;
        await _browser.FetchAsync(App + "/");
        await _browser.FetchAsync(App + "/.authproxy/logout", "POST");
        _browser.SetCookie(App, cookie);

        Assert.Equal(Nobody, (await _browser.FetchAsync(Address)).Body);
    }

    [Fact]
    public async Task User_information_tells_the_claims_that_the_session_keeps()
    {
        await _browser.SignInAsync();

        using var json = JsonDocument.Parse((await _browser.FetchAsync(UserInfo)).Body);

        Assert.Equal(["iss", "sub", "name", "groups"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal((_world.Provider.Issuer, "alice"), (json.RootElement.GetProperty("iss").GetString(), json.RootElement.GetProperty("sub").GetString()));
    }

    [Fact]
    public async Task User_information_of_nobody_is_401()
    {
        var answer = await _browser.FetchAsync(UserInfo);

        Assert.Equal((401, "credentials-missing"), (answer.Status, answer.Reason));
        Assert.Equal("application/problem+json", answer.Headers.ContentType);
        Assert.Equal("no-store", answer.Headers.CacheControl);
    }

    [Theory]
    [InlineData(Address), InlineData(UserInfo)]
    public async Task Page_of_another_origin_learns_not_even_whether_somebody_is_signed_in(string address)
    {
        await _browser.SignInAsync();
        foreach (var headers in new Dictionary<string, string>[]
        {
            new() { ["Sec-Fetch-Site"] = "cross-site", ["Sec-Fetch-Mode"] = "no-cors", ["Sec-Fetch-Dest"] = "script" },
            new() { ["Sec-Fetch-Site"] = "same-site", ["Sec-Fetch-Mode"] = "cors", ["Sec-Fetch-Dest"] = "empty", ["Origin"] = "https://evil.example.com" },
            new() { ["Origin"] = "https://evil.example.com" },
            new() { ["Origin"] = "null" },
        })
        {
            var answer = await _browser.SendAsync("GET", address, headers);

            Assert.Equal((403, "cross-origin-refused"), (answer.Status, answer.Reason));
            Assert.Equal(0, answer.Headers.AccessControlAllowOrigin.Count);
        }
    }

    [Theory]
    [InlineData(Address), InlineData(UserInfo)]
    public async Task Page_of_a_listed_origin_may_ask_with_cookies(string address)
    {
        await _browser.SignInAsync();

        var answer = await _browser.SendAsync("GET", address, FromListed());

        Assert.Equal((200, Listed, "true"), (answer.Status, answer.Headers.AccessControlAllowOrigin.ToString(), answer.Headers.AccessControlAllowCredentials.ToString()));
    }

    [Fact]
    public async Task Page_of_a_listed_origin_can_read_that_nobody_is_signed_in()
    {
        var answer = await _browser.SendAsync("GET", UserInfo, FromListed());

        Assert.Equal((401, Listed), (answer.Status, answer.Headers.AccessControlAllowOrigin.ToString()));
    }

    [Fact]
    public async Task Preflight_is_answered_to_listed_origins_alone()
    {
        var listed = FromListed();
        listed["Access-Control-Request-Method"] = "POST";
        var stranger = new Dictionary<string, string>(listed) { ["Origin"] = "https://evil.example.com" };

        var answer = await _browser.SendAsync("OPTIONS", Address, listed);
        Assert.Equal((204, Listed, "POST"), (answer.Status, answer.Headers.AccessControlAllowOrigin.ToString(), answer.Headers.AccessControlAllowMethods.ToString()));
        Assert.Equal(0, (await _browser.SendAsync("OPTIONS", Address, stranger)).Headers.AccessControlAllowOrigin.Count);
    }

    [Theory]
    [InlineData("https://evil.example.com", "cross-site", 403), InlineData(App, "same-origin", 200), InlineData(Listed, "same-site", 200)]
    public async Task Session_is_kept_alive_by_our_own_pages_only(string origin, string site, int status)
    {
        await _browser.SignInAsync();

        var answer = await _browser.SendAsync("POST", Address, new() { ["Origin"] = origin, ["Sec-Fetch-Site"] = site, ["Sec-Fetch-Mode"] = "cors", ["Sec-Fetch-Dest"] = "empty" });

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Cookies_of_two_sessions_are_nobodys_answer()
    {
        await _browser.SignInAsync();
        var other = _world.NewBrowser();
        await other.SignInAsync(subject: "mallory");
        foreach (var address in new[] { Address, UserInfo })
        {
            var answer = await _world.SendAsync("GET", address, new Dictionary<string, string>
            {
                ["Sec-Fetch-Site"] = "same-origin",
                ["Cookie"] = $"__Host-authproxy={_browser.Cookie(App)}; __Host-authproxy={other.Cookie(App)}",
            });

            Assert.Equal((400, "credentials-ambiguous"), (answer.Status, answer.Reason));
        }
    }

    [Fact]
    public async Task Store_that_does_not_answer_is_no_logout()
    {
        await _browser.SignInAsync();
        _world.Store.Fails = true;

        Assert.Equal((503, "session-store-unavailable"), ((await _browser.FetchAsync(Address)).Status, (await _browser.FetchAsync(Address)).Reason));
    }

    [Theory]
    [InlineData("PUT", Address), InlineData("DELETE", Address), InlineData("POST", UserInfo)]
    public async Task Other_methods_are_refused(string method, string address) =>
        Assert.Equal(405, (await _browser.FetchAsync(address, method)).Status);

    private static Dictionary<string, string> FromListed() =>
        new() { ["Origin"] = Listed, ["Sec-Fetch-Site"] = "same-site", ["Sec-Fetch-Mode"] = "cors", ["Sec-Fetch-Dest"] = "empty" };
}
