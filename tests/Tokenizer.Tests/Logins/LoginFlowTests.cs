using System.Web;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Logins;

public class LoginFlowTests : VaultTests
{
    [Fact]
    public async Task Whoever_signs_in_by_redirects_keeps_values_and_reads_them()
    {
        var visitor = new Visitor(Host);
        Assert.False(await visitor.HasSessionAsync());

        (await visitor.SignInAsync("alice", "s1")).IsGood();

        Assert.True(await visitor.HasSessionAsync());
        Assert.Equal("078-05-1120", await visitor.ReadAsync(await visitor.KeepAsync("078-05-1120")));
    }

    [Fact]
    public async Task Another_user_reads_nothing_without_a_grant()
    {
        var alice = await Visitor.SignedInAsync(Host, "alice", "s1");
        var bob = await Visitor.SignedInAsync(Host, "bob", "s2");

        (await bob.DetokenizeAsync(await alice.KeepAsync("x"))).IsRefused(403, "grant-missing");
    }

    [Theory]
    [InlineData("", "http://desk.app.localhost:4455/.lunasec/secure-frame"), InlineData("?auth_provider=staff", "http://desk.app.localhost:4455/.lunasec/secure-frame")]
    [InlineData("?auth_provider=partners", "http://partners.app.localhost:4455/sign-in"), InlineData("?auth_provider=", "http://desk.app.localhost:4455/.lunasec/secure-frame")]
    public async Task Browser_is_sent_to_the_provider_that_is_configured(string query, string expected)
    {
        var (address, state) = await new Visitor(Host).BeginAsync(query);

        Assert.Equal(expected, address.GetLeftPart(UriPartial.Path));
        Assert.NotEmpty(state);
        Assert.Equal(expected.Contains("partners", StringComparison.Ordinal) ? "desk" : null, HttpUtility.ParseQueryString(address.Query)["from"]);
    }

    [Theory]
    [InlineData("?auth_provider=evil"), InlineData("?auth_provider=http://evil.test/"), InlineData("?auth_provider=Staff"), InlineData("?auth_provider=staff&auth_provider=partners")]
    public async Task Nobody_is_sent_anywhere_else(string query)
    {
        var answer = await new Visitor(Host).GetAsync("/session/ensure" + query);

        answer.IsRefused(400, "provider-unknown");
        Assert.Null(answer.Header("Location"));
    }

    [Fact]
    public async Task Ten_pages_of_one_browser_may_begin_a_login_at_once()
    {
        var visitor = new Visitor(Host);
        var states = new List<string>();
        for (var page = 0; page < 10; page++)
        {
            states.Add((await visitor.BeginAsync()).State);
        }

        foreach (var state in states)
        {
            (await visitor.CompleteAsync(state, LoginMint.Staff(Host, state, "alice", "s1"))).IsGood();
        }
    }

    [Fact]
    public async Task Same_session_shown_again_keeps_its_cookie_and_lives_on()
    {
        var visitor = await Visitor.SignedInAsync(Host, "alice", "s1");
        var cookie = visitor.Cookies["__Host-tokenizer-session"];
        Host.Clock.Advance(TimeSpan.FromMinutes(14));

        (await visitor.SignInAsync("alice", "s1")).IsGood();

        Assert.Equal(cookie, visitor.Cookies["__Host-tokenizer-session"]);
        Host.Clock.Advance(TimeSpan.FromMinutes(14));
        Assert.True(await visitor.HasSessionAsync());
    }

    [Fact]
    public async Task Session_that_is_not_shown_again_is_over_in_time()
    {
        var visitor = await Visitor.SignedInAsync(Host, "alice", "s1");
        Host.Clock.Advance(TimeSpan.FromMinutes(15));

        Assert.False(await visitor.HasSessionAsync());
        (await visitor.PostAsync("/tokenize", "{}")).IsRefused(401, "session-required");
    }

    [Fact]
    public async Task Session_ends_no_later_than_the_application_says()
    {
        var visitor = new Visitor(Host);
        var (_, state) = await visitor.BeginAsync();
        var end = Host.Clock.GetUtcNow().ToUnixTimeSeconds() + 120;
        (await visitor.CompleteAsync(state, LoginMint.Staff(Host, state, "alice", "s1", change: claims => claims["session_exp"] = end))).IsGood();
        Assert.True(await visitor.HasSessionAsync());

        Host.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.False(await visitor.HasSessionAsync());
    }

    [Fact]
    public async Task Another_user_of_the_same_browser_gets_a_cookie_of_their_own_and_the_old_one_is_worth_nothing()
    {
        var visitor = await Visitor.SignedInAsync(Host, "alice", "s1");
        var old = visitor.Cookies["__Host-tokenizer-session"];

        (await visitor.SignInAsync("bob", "s2")).IsGood();

        Assert.NotEqual(old, visitor.Cookies["__Host-tokenizer-session"]);
        var thief = new Visitor(Host);
        thief.Cookies["__Host-tokenizer-session"] = old;
        Assert.False(await thief.HasSessionAsync());
    }

    [Fact]
    public async Task Page_of_the_application_may_ask_whether_its_visitor_has_a_session()
    {
        var visitor = await Visitor.SignedInAsync(Host, "alice", "s1");

        var own = await visitor.GetAsync("/session/verify", ("Origin", VaultHost.DeskOrigin));
        Assert.Equal((VaultHost.DeskOrigin, "true"), (own.Header("Access-Control-Allow-Origin"), own.Header("Access-Control-Allow-Credentials")));
        Assert.Null((await visitor.GetAsync("/session/verify", ("Origin", VaultHost.BankOrigin))).Header("Access-Control-Allow-Origin"));
        Assert.Null((await visitor.GetAsync("/session/ensure", ("Origin", VaultHost.DeskOrigin))).Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Session_is_one_of_its_vault_and_of_no_other()
    {
        var visitor = await Visitor.SignedInAsync(Host, "alice", "s1");

        var answer = await Host.Users.SendAsync(
            HttpMethod.Post, "/tokenize", Calls.Json("{}"), ("Host", VaultHost.ShopHostName), ("Cookie", $"__Host-tokenizer-session={visitor.Cookies["__Host-tokenizer-session"]}"),
            ("Origin", "http://" + VaultHost.ShopHostName));

        answer.IsRefused(401, "assertion-missing");
    }

    [Fact]
    public async Task No_second_credential_may_stand_beside_the_cookie()
    {
        var visitor = await Visitor.SignedInAsync(Host, "alice", "s1");

        (await visitor.GetAsync("/session/ensure")).Response.Dispose();
        Assert.Equal("credentials-ambiguous", (await visitor.GetAsync("/session/verify", ("X-Auth-Assertion", Mint.Assertion(Host, Alice, "tokenizer:desk")))).Reason);
        Assert.Equal("credentials-ambiguous", (await visitor.GetAsync("/session/verify", ("Authorization", LoginMint.Partner(Host, "s1")))).Reason);
    }

    [Fact]
    public async Task Two_session_cookies_that_differ_are_none()
    {
        var (alice, bob) = (await Visitor.SignedInAsync(Host, "alice", "s1"), await Visitor.SignedInAsync(Host, "bob", "s2"));
        var both = $"__Host-tokenizer-session={alice.Cookies["__Host-tokenizer-session"]}; __Host-tokenizer-session={bob.Cookies["__Host-tokenizer-session"]}";

        var answer = await Host.Users.SendAsync(HttpMethod.Get, "/session/verify", null, ("Host", VaultHost.DeskHostName), ("Cookie", both));

        Assert.Equal("session-required", answer.Reason);
    }
}
