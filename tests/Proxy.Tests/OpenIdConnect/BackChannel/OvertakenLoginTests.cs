using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect.BackChannel;

/// <summary>Logins that are under way while what the person has is ended.</summary>
public sealed class OvertakenLoginTests : IAsyncLifetime
{
    private LoginWorld _world = null!;
    private LogoutTokens _tokens = null!;

    public async Task InitializeAsync()
    {
        _world = await StartAsync();
        _tokens = new LogoutTokens(_world, _world.Provider);
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(true, "\"session-of-alice\"", null), InlineData(true, null, "\"alice\""), InlineData(false, "\"another\"", "\"alice\"")]
    public async Task Race_a_login_under_way_does_not_survive_the_logout_at_the_provider(bool names, string? sid, string? subject)
    {
        if (!names)
        {
            _world.Provider.Claims["sid"] = null;
        }

        var (browser, answer) = await LogInWhileAsync(async () =>
            Assert.Equal(200, (await _tokens.SendAsync(_tokens.Make(instead: [("sid", sid), ("sub", subject)]))).Status));

        await RefusedAsync(browser, answer);
    }

    [Fact]
    public async Task Race_a_login_under_way_does_not_survive_the_end_of_everything()
    {
        var (browser, answer) = await LogInWhileAsync(
            async () => Assert.Equal(0, await _world.Part<SessionEnds>().EndEverythingAsync(SessionEndReason.Operator, default)));

        await RefusedAsync(browser, answer);
    }

    [Fact]
    public async Task Race_a_provider_whose_clock_is_ahead_does_not_make_a_login_outlive_the_end_of_its_subject()
    {
        _world.Provider.Claims["iat"] = $"{_world.Clock.GetUtcNow().AddSeconds(20).ToUnixTimeSeconds()}";

        var (browser, answer) = await LogInWhileAsync(async () =>
            await _world.Part<SessionEnds>().EndSubjectAsync(_world.Provider.Issuer, "alice", _world.Clock.GetUtcNow(), SessionEndReason.Operator, default));

        await RefusedAsync(browser, answer);
    }

    [Fact]
    public async Task Person_who_logs_in_again_at_once_after_a_logout_gets_in_whatever_the_providers_clock_says()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync();
        Assert.Equal(200, (await _tokens.SendAsync(_tokens.Make(instead: ("sub", "\"alice\"")))).Status);
        Assert.Equal(401, (await browser.FetchAsync(App + "/")).Status);
        _world.Provider.Claims["iat"] = $"{_world.Clock.GetUtcNow().AddSeconds(-20).ToUnixTimeSeconds()}";

        Assert.Equal(200, (await browser.SignInAsync()).Status);

        Assert.Equal(200, (await browser.FetchAsync(App + "/")).Status);
    }

    [Fact]
    public async Task Login_of_somebody_else_that_is_under_way_goes_on()
    {
        var (browser, answer) = await LogInWhileAsync(async () =>
            Assert.Equal(200, (await _tokens.SendAsync(_tokens.Make(instead: [("sid", "\"session-of-bob\""), ("sub", "\"bob\"")]))).Status));

        Assert.Equal(200, answer.Status);
        Assert.Equal(200, (await browser.FetchAsync(App + "/")).Status);
    }

    // The provider has made the ID token, and the session does not stand yet: whoever looks for it finds nothing.
    private async Task<(Browser Browser, Answer Answer)> LogInWhileAsync(Func<Task> happens)
    {
        var browser = _world.NewBrowser();
        var start = await browser.FollowAsync(App + "/");
        _world.Clock.Advance(TimeSpan.FromSeconds(2));
        _world.Store.BeforeCreating = happens;
        return (browser, await browser.FollowAsync(_world.Provider.Authorize(start.Location)));
    }

    private static async Task RefusedAsync(Browser browser, Answer answer)
    {
        Assert.Equal((400, "login-failed"), (answer.Status, answer.Reason));
        Assert.Equal(401, (await browser.FetchAsync(App + "/")).Status);
    }
}
