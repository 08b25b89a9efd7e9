using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.OpenIdConnect;
using AuthProxy.Proxy.Sessions;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

public sealed class GuestTests : IAsyncLifetime
{
    private const string Cart = App + "/guests/cart";

    private LoginWorld _world = null!;

    public async Task InitializeAsync() => _world = await StartAsync("", App);

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Visitor_is_let_in_at_once_and_stays_the_same_guest()
    {
        var browser = _world.NewBrowser();

        var first = await browser.GoAsync(Cart);
        var second = await browser.GoAsync(Cart);
        var script = await browser.FetchAsync(Cart, "POST");

        Assert.StartsWith("hello guest-", first.Body, StringComparison.Ordinal);
        Assert.Equal((first.Body, first.Body), (second.Body, script.Body));
        Assert.Empty(second.Headers.SetCookie.ToArray());
    }

    [Fact]
    public async Task Two_visitors_are_two_guests() =>
        Assert.NotEqual((await _world.NewBrowser().GoAsync(Cart)).Body, (await _world.NewBrowser().GoAsync(Cart)).Body);

    [Fact]
    public async Task No_cache_may_keep_the_answer_that_makes_a_guest() =>
        Assert.Equal("no-store", (await _world.NewBrowser().GoAsync(Cart)).Headers.CacheControl.ToString());

    [Fact]
    public async Task Caller_that_keeps_no_cookies_makes_no_guest_with_each_call()
    {
        for (var call = 0; call < 20; call++)
        {
            var answer = await _world.SendAsync("GET", Cart, new Dictionary<string, string> { ["Accept"] = "application/json" });
            Assert.Equal(401, answer.Status);
            Assert.Empty(answer.Headers.SetCookie.ToArray());
        }
    }

    [Fact]
    public async Task CSRF_a_form_of_another_origin_gets_a_visitor_to_the_start_page_and_its_request_nowhere()
    {
        var answer = await _world.NewBrowser().PostAsync(Cart, "https://evil.example.com");

        Assert.Equal((303, App + "/"), (answer.Status, answer.Location));
    }

    [Fact]
    public async Task Guest_is_nobody_on_a_rule_that_wants_a_login()
    {
        var browser = _world.NewBrowser();
        await browser.GoAsync(Cart);

        Assert.Equal(401, (await browser.FetchAsync(App + "/")).Status);
        Assert.StartsWith(_world.Provider.Issuer, (await browser.GoAsync(App + "/")).Location, StringComparison.Ordinal);
        Assert.StartsWith(_world.Provider.Issuer, (await browser.GoAsync(App + "/.authproxy/login?return_to=/")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_takes_over_what_the_guest_holds_and_the_guest_is_over()
    {
        var browser = _world.NewBrowser();
        var guest = SidOf(await browser.GoAsync(Cart));
        var cookie = browser.Cookie(App)!;

        var user = await browser.SignInAsync(App + "/checkout");

        Assert.StartsWith("hello alice", user.Body, StringComparison.Ordinal);
        Assert.Equal((guest, SidOf(user), "alice"), Assert.Single(_world.Tokenizer.Adopted));
        Assert.IsType<SessionLookup.None>(await _world.Sessions.FindAsync(CookieSecret.Parse(cookie)!, "app.example.com", default));
        Assert.Equal(user.Body, (await browser.GoAsync(Cart)).Body);
    }

    [Fact]
    public async Task Guest_fixation_a_planted_guest_is_dead_after_the_login_and_its_planter_learns_nothing()
    {
        var attacker = _world.NewBrowser();
        var planted = SidOf(await attacker.GoAsync(Cart));
        var victim = _world.NewBrowser();
        victim.SetCookie(App, attacker.Cookie(App)!);

        var user = await victim.SignInAsync(App + "/checkout");

        // What was planted is the victim's now; nothing of the victim's is the planter's.
        Assert.Equal((planted, SidOf(user), "alice"), Assert.Single(_world.Tokenizer.Adopted));
        Assert.NotEqual(attacker.Cookie(App), victim.Cookie(App));
        Assert.Equal(401, (await attacker.FetchAsync(App + "/")).Status);
        Assert.NotEqual(user.Body, (await attacker.GoAsync(Cart)).Body);
    }

    [Fact]
    public async Task Login_CSRF_the_attackers_login_takes_nothing_from_the_victims_guest()
    {
        var attacker = _world.NewBrowser();
        await attacker.GoAsync(Cart);
        var callback = _world.Provider.Authorize((await attacker.GoAsync(App + "/checkout")).Location, "mallory");
        var victim = _world.NewBrowser();
        var before = await victim.GoAsync(Cart);

        var answer = await victim.GoAsync(callback);

        Assert.NotEqual(200, answer.Status);
        Assert.Empty(_world.Tokenizer.Adopted);
        Assert.Equal(before.Body, (await victim.GoAsync(Cart)).Body);
    }

    [Fact]
    public async Task Login_CSRF_a_login_that_began_before_there_was_this_guest_begins_anew_instead_of_taking_its_things()
    {
        var browser = _world.NewBrowser();
        var callback = _world.Provider.Authorize((await browser.GoAsync(App + "/checkout")).Location, "mallory");
        var guest = SidOf(await browser.GoAsync(Cart));

        var anew = await browser.GoAsync(callback);
        Assert.StartsWith(_world.Provider.Issuer, anew.Location, StringComparison.Ordinal);
        Assert.Empty(_world.Tokenizer.Adopted);

        await browser.FollowAsync(_world.Provider.Authorize(anew.Location));
        Assert.Equal((guest, "alice"), (_world.Tokenizer.Adopted.Single().Guest, _world.Tokenizer.Adopted.Single().Subject));
    }

    [Fact]
    public async Task Nothing_passes_from_one_user_to_another()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync();
        await browser.GoAsync(Cart);
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        await browser.PostAsync(App + "/.authproxy/logout", App);

        await browser.SignInAsync(subject: "bob");

        Assert.Empty(_world.Tokenizer.Adopted);
    }

    [Fact]
    public async Task Cookie_tossing_two_guests_in_one_request_are_refused_and_adopted_by_nobody()
    {
        var (mine, planted) = (_world.NewBrowser(), _world.NewBrowser());
        await mine.GoAsync(Cart);
        await planted.GoAsync(Cart);
        mine.SetCookie(App, $"{mine.Cookie(App)}; __Host-authproxy={planted.Cookie(App)}");

        Assert.Equal("credentials-ambiguous", (await mine.GoAsync(Cart)).Reason);
        Assert.Empty(_world.Tokenizer.Adopted);
    }

    [Fact]
    public async Task Tokenizer_that_is_down_delays_the_login_and_loses_nothing()
    {
        var browser = _world.NewBrowser();
        var guest = await browser.GoAsync(Cart);
        _world.Tokenizer.IsDown = true;

        var refused = await browser.SignInAsync(App + "/checkout");
        Assert.Equal((503, "guest-not-adopted"), (refused.Status, refused.Reason));
        Assert.Equal(guest.Body, (await browser.GoAsync(Cart)).Body);

        _world.Tokenizer.IsDown = false;
        var user = await browser.SignInAsync(App + "/checkout");
        Assert.StartsWith("hello alice", user.Body, StringComparison.Ordinal);
        Assert.Equal((SidOf(guest), SidOf(user), "alice"), Assert.Single(_world.Tokenizer.Adopted));
    }

    [Fact]
    public async Task Guest_that_expired_while_its_login_was_under_way_is_no_obstacle()
    {
        var browser = _world.NewBrowser();
        await browser.GoAsync(Cart);
        _world.Clock.Advance(TimeSpan.FromMinutes(25));
        var start = (await browser.GoAsync(App + "/checkout")).Location;
        _world.Clock.Advance(TimeSpan.FromMinutes(6));

        Assert.StartsWith("hello alice", (await browser.FollowAsync(_world.Provider.Authorize(start))).Body, StringComparison.Ordinal);
        Assert.Empty(_world.Tokenizer.Adopted);
    }

    [Fact]
    public async Task Guest_signs_out_like_everybody()
    {
        var browser = _world.NewBrowser();
        var guest = await browser.GoAsync(Cart);
        var cookie = browser.Cookie(App)!;

        await browser.PostAsync(App + "/.authproxy/logout", App);

        Assert.IsType<SessionLookup.None>(await _world.Sessions.FindAsync(CookieSecret.Parse(cookie)!, "app.example.com", default));
        Assert.NotEqual(guest.Body, (await browser.GoAsync(Cart)).Body);
    }

    [Fact]
    public async Task Flood_of_guests_is_answered_with_429()
    {
        Answer? last = null;
        for (var visitor = 0; visitor < 31; visitor++)
        {
            last = await _world.NewBrowser().GoAsync(Cart);
        }

        Assert.Equal((429, "rate-limited"), (last!.Status, last.Reason));
        Assert.Empty(last.Headers.SetCookie.ToArray());
    }

    [Theory]
    [InlineData(App), InlineData(Vault)]
    public async Task Guest_is_the_same_on_every_host(string first)
    {
        await using var world = await StartAsync("", App, Vault);
        var browser = world.NewBrowser();

        var here = await browser.FollowAsync(first + "/guests");
        var there = await browser.FollowAsync((first == App ? Vault : App) + "/guests");

        Assert.Equal(first + "/guests", here.Address);
        Assert.StartsWith("hello guest-", here.Body, StringComparison.Ordinal);
        Assert.Equal(here.Body, there.Body);
        Assert.Equal(0, world.Provider.TokenRequests);
    }

    [Fact]
    public async Task Frame_knows_the_guest_before_the_page_that_shows_it_is_there()
    {
        await using var world = await StartWithAsync("tokenizer: { enabled: true, users_url: http://127.0.0.1:1, vaults: [{ host: vault.example.com, application: bank }] }", App, Vault);
        var browser = world.NewBrowser();

        var page = await browser.FollowAsync(Cart);
        var frame = await browser.FetchAsync(Vault + "/guests");

        Assert.StartsWith("hello guest-", page.Body, StringComparison.Ordinal);
        Assert.Equal(page.Body, frame.Body);
    }

    [Fact]
    public async Task Login_from_another_host_takes_over_the_guest_of_that_host()
    {
        await using var world = await StartAsync("", App, Vault);
        var browser = world.NewBrowser();
        var guest = SidOf(await browser.FollowAsync(Vault + "/guests"));

        var user = await browser.SignInAsync(Vault + "/private");

        Assert.Equal((guest, SidOf(user), "alice"), Assert.Single(world.Tokenizer.Adopted));
    }

    [Theory]
    [InlineData(App), InlineData(Vault)]
    public async Task Browser_that_keeps_no_cookies_does_not_go_round_in_circles(string origin)
    {
        await using var world = await StartAsync("", App, Vault);
        var browser = world.NewBrowser();
        browser.KeepsCookies = false;

        var answer = await browser.FollowAsync(origin + "/guests");

        Assert.Equal(origin == App ? 200 : 400, answer.Status);
    }

    [Fact]
    public async Task User_that_another_provider_knows_is_sent_to_log_in_and_not_made_a_guest()
    {
        await using var world = await StartTwoAsync();
        var browser = world.NewBrowser();
        await browser.SignInAsync(App + "/customers");

        // The rule below /guests is the host's, and so wants the first provider.
        var answer = await browser.GoAsync(App + "/guests");

        Assert.StartsWith(world.Provider.Issuer, answer.Location, StringComparison.Ordinal);
    }

    [Fact]
    public void Guests_cannot_be_let_in_by_all_rules_at_once()
    {
        var faults = new ConfigFaults();
        Read("""
            serve: { proxy: { public_urls: [https://app.example.com] } }
            authenticators: { oidc: { config: { issuer: "https://id.example.com", client_id: x, guest: true } } }
            """).ReadOidc(faults);

        Assert.Contains("each rule", Assert.Single(faults).Message, StringComparison.Ordinal);
    }

    private static string SidOf(Answer answer) => answer.Body[(answer.Body.LastIndexOf(' ') + 1)..];
}
