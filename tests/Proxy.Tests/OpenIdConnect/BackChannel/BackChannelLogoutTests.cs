using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Sessions.Ends.Bearers;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect.BackChannel;

public sealed class BackChannelLogoutTests : IAsyncLifetime
{
    private LoginWorld _world = null!;
    private LogoutTokens _tokens = null!;

    public async Task InitializeAsync()
    {
        _world = await StartAsync();
        _tokens = new LogoutTokens(_world, _world.Provider);
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Provider_session_that_ended_ends_ours_on_every_host()
    {
        var browser = await SignedInAsync();

        var answer = await _tokens.SendAsync(_tokens.Make());

        Assert.Equal((200, "no-store", ""), (answer.Status, answer.Headers.CacheControl.ToString(), answer.Body));
        Assert.Equal(401, (await browser.FetchAsync(App + "/")).Status);
        Assert.Equal(401, (await browser.FetchAsync(Vault + "/")).Status);
    }

    [Theory]
    [InlineData("logout+jwt"), InlineData("application/logout+jwt"), InlineData("JWT")]
    public async Task Type_is_what_the_standard_recommends_or_says_nothing(string type)
    {
        var browser = await SignedInAsync();

        Assert.Equal(200, (await _tokens.SendAsync(_tokens.Make(type))).Status);

        Assert.Equal(401, (await browser.FetchAsync(App + "/")).Status);
    }

    [Fact]
    public async Task Session_of_another_login_lives_on()
    {
        var browser = await SignedInAsync();

        Assert.Equal(200, (await _tokens.SendAsync(_tokens.Make(instead: ("sid", "\"session-of-bob\"")))).Status);

        Assert.Equal(200, (await browser.GoAsync(App + "/")).Status);
    }

    [Fact]
    public async Task Subject_alone_ends_all_sessions_of_the_subject()
    {
        var (one, other) = (await SignedInAsync(), await SignedInAsync());

        Assert.Equal(200, (await _tokens.SendAsync(_tokens.Make(instead: [("sid", null), ("sub", "\"alice\"")]))).Status);

        Assert.Equal((401, 401), ((await one.FetchAsync(App + "/")).Status, (await other.FetchAsync(App + "/")).Status));
    }

    [Fact]
    public async Task Session_that_names_no_provider_session_ends_with_any_of_its_subjects()
    {
        _world.Provider.Claims["sid"] = null;
        var unnamed = await SignedInAsync();
        _world.Provider.Claims["sid"] = "\"another\"";
        var another = await SignedInAsync();

        Assert.Equal(200, (await _tokens.SendAsync(_tokens.Make(instead: ("sub", "\"alice\"")))).Status);

        Assert.Equal(401, (await unnamed.FetchAsync(App + "/")).Status);
        Assert.Equal(200, (await another.GoAsync(App + "/")).Status);
    }

    [Theory]
    [InlineData("https://logout.example.net"), InlineData("https://10.0.0.7:8443"), InlineData(Vault)]
    public async Task Path_may_be_published_under_a_name_of_its_own(string origin)
    {
        var browser = await SignedInAsync();

        Assert.Equal(200, (await _tokens.SendAsync(_tokens.Make(), origin + "/.authproxy/backchannel-logout")).Status);

        Assert.Equal(401, (await browser.FetchAsync(App + "/")).Status);
    }

    [Theory]
    [InlineData("POST", "/.authproxy/backchannel-logout/nobody", 404, "endpoint-unknown")]
    [InlineData("POST", "/.authproxy/backchannel-logout/default", 404, "endpoint-unknown")]
    [InlineData("POST", "/%2Eauthproxy/backchannel-logout", 404, "endpoint-unknown")]
    [InlineData("GET", "/.authproxy/backchannel-logout", 405, "method-not-allowed")]
    public async Task Other_addresses_end_nothing(string method, string path, int status, string reason)
    {
        var browser = await SignedInAsync();

        var body = new MemoryStream(System.Text.Encoding.ASCII.GetBytes("logout_token=" + _tokens.Make()));
        var answer = await _world.SendAsync(method, App + path, new Dictionary<string, string> { ["Content-Type"] = "application/x-www-form-urlencoded" }, body);

        Assert.Equal((status, reason), (answer.Status, answer.Reason));
        Assert.Equal(200, (await browser.GoAsync(App + "/")).Status);
    }

    [Fact]
    public async Task Bearers_of_the_login_end_with_it_and_newer_ones_count()
    {
        var sessions = _world.Part<BearerSessions>();
        var before = sessions.IdentityOf(_world.Provider.Issuer, "alice", sessions.SidOfProviderSession(_world.Provider.Issuer, "session-of-alice"), _world.Clock.GetUtcNow(), null);
        var other = sessions.IdentityOf(_world.Provider.Issuer, "alice", sessions.SidOfProviderSession(_world.Provider.Issuer, "another"), _world.Clock.GetUtcNow(), null);

        await _tokens.SendAsync(_tokens.Make());

        Assert.Equal(BearerStanding.Ended, await StandingAsync(before));
        Assert.Equal(BearerStanding.Good, await StandingAsync(other));
        Assert.Equal(BearerStanding.Good, await StandingAsync(before with { IssuedAt = _world.Clock.GetUtcNow().AddSeconds(1) }));
    }

    [Fact]
    public async Task All_bearers_of_a_subject_end_with_all_of_its_sessions()
    {
        var sessions = _world.Part<BearerSessions>();
        var bearer = sessions.IdentityOf(_world.Provider.Issuer, "alice", "b-any", _world.Clock.GetUtcNow(), null);

        await _tokens.SendAsync(_tokens.Make(instead: [("sid", null), ("sub", "\"alice\"")]));

        Assert.Equal(BearerStanding.Ended, await StandingAsync(bearer));
        Assert.Equal(BearerStanding.Ended, await StandingAsync(bearer with { IssuedAt = null }));
        Assert.Equal(BearerStanding.Good, await StandingAsync(sessions.IdentityOf("https://other.example.com", "alice", "b-any", _world.Clock.GetUtcNow(), null)));
    }

    [Fact]
    public async Task Keys_that_cannot_be_had_are_503_and_the_token_is_good_later()
    {
        var token = _tokens.Make();
        _world.Provider.IsDown = true;

        Assert.Equal((503, "keys-unavailable"), await StatusAsync(_tokens.SendAsync(token)));

        _world.Provider.IsDown = false;
        _world.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(200, (await _tokens.SendAsync(token)).Status);
    }

    [Fact]
    public async Task Store_that_fails_is_503_and_does_not_use_the_token_up()
    {
        var browser = await SignedInAsync();
        var token = _tokens.Make();
        _world.Store.Fails = true;

        Assert.Equal((503, "session-store-unavailable"), await StatusAsync(_tokens.SendAsync(token)));

        _world.Store.Fails = false;
        Assert.Equal(200, (await _tokens.SendAsync(token)).Status);
        Assert.Equal(401, (await browser.FetchAsync(App + "/")).Status);
    }

    [Fact]
    public async Task Store_that_fails_half_way_does_not_use_the_token_up()
    {
        var browser = await SignedInAsync();
        var token = _tokens.Make();
        _world.Store.WhileAskingForEnd = () =>
        {
            _world.Store.Fails = true;
            return Task.CompletedTask;
        };
        Assert.Equal(503, (await _tokens.SendAsync(token)).Status);

        (_world.Store.WhileAskingForEnd, _world.Store.Fails) = (null, false);

        Assert.Equal(200, (await _tokens.SendAsync(token)).Status);
        Assert.Equal(401, (await browser.FetchAsync(App + "/")).Status);
    }

    private ValueTask<BearerStanding> StandingAsync(BearerIdentity bearer) => _world.Part<BearerMarks>().JudgeAsync(bearer, default);

    private async Task<Browser> SignedInAsync()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync();
        return browser;
    }

    private static async Task<(int, string)> StatusAsync(Task<Answer> answer) => ((await answer).Status, (await answer).Reason);
}
