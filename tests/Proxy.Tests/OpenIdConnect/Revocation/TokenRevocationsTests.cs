using System.Collections.Concurrent;
using AuthProxy.Proxy.OpenIdConnect.Revocation;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect.Revocation;

public sealed class TokenRevocationsTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<(string Token, string Hint, bool IsItsClient)> _revoked = new();
    private LoginWorld _world = null!;
    private TaskCompletionSource? _hanging;
    private int _status = 200;

    public Task InitializeAsync() => StartAsync("");

    public async Task DisposeAsync()
    {
        _hanging?.TrySetResult();
        await _world.Get<TokenRevocations>().StopAsync(default);
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Logout_revokes_the_refresh_token_as_the_same_client()
    {
        await LogOutAsync(await SignInAsync("of-alice"));

        Assert.Equal(("of-alice", "refresh_token", true), await RevokedAsync());
    }

    [Fact]
    public async Task Logout_does_not_wait_for_a_provider_that_hangs()
    {
        _hanging = new TaskCompletionSource();
        var browser = await SignInAsync("of-alice");

        Assert.Equal(303, (await LogOutAsync(browser)).Status);
        Assert.Null(browser.Cookie(App));
    }

    [Theory]
    [InlineData(400), InlineData(503), InlineData(302)]
    public async Task Failure_is_none_of_the_next_ones_business(int status)
    {
        _status = status;
        Assert.Equal(303, (await LogOutAsync(await SignInAsync("of-alice"))).Status);
        await RevokedAsync();
        _status = 200;

        await LogOutAsync(await SignInAsync("of-bob"));

        Assert.Equal("of-bob", (await RevokedAsync()).Token);
    }

    [Fact]
    public async Task Tokens_of_the_same_persons_other_sessions_stay()
    {
        var other = await SignInAsync("of-another-browser");
        await LogOutAsync(await SignInAsync("of-this-browser"));

        Assert.Equal("of-this-browser", (await RevokedAsync()).Token);
        Assert.Empty(_revoked);
        Assert.Equal(200, (await other.FetchAsync(App + "/")).Status);
    }

    [Fact]
    public async Task Session_that_a_new_login_replaces_is_not_revoked_lest_the_new_one_ends_with_it()
    {
        var browser = await SignInAsync("first");
        _world.Clock.Advance(TimeSpan.FromSeconds(1));
        (_world.Provider.RefreshToken, _world.Provider.Claims["acr"]) = ("second", "\"gold\"");
        Assert.Equal(200, (await browser.SignInAsync(App + "/strong")).Status);
        await LogOutAsync(browser);

        Assert.Equal("second", (await RevokedAsync()).Token);
        Assert.Empty(_revoked);
    }

    [Fact]
    public async Task Operators_end_revokes_what_is_at_hand()
    {
        var browser = await SignInAsync("of-alice");
        await browser.FetchAsync(App + "/");

        Assert.Equal(1, await _world.Get<SessionEnds>().EndSubjectAsync(_world.Provider.Issuer, "alice", _world.Clock.GetUtcNow(), SessionEndReason.Operator, default));

        Assert.Equal("of-alice", (await RevokedAsync()).Token);
    }

    [Fact]
    public async Task Session_of_a_provider_that_is_no_longer_meant_by_its_name_is_shown_to_nobody()
    {
        var browser = await SignInAsync("of-alice");
        var login = Assert.IsType<SessionLookup.Live>(await _world.Sessions.FindAsync(CookieSecret.Parse(browser.Cookie(App))!, "app.example.com", default));

        _world.Get<TokenRevocations>().Revoke(login.Session with { Issuer = "https://before.example.com" });
        await LogOutAsync(browser);

        Assert.Equal("of-alice", (await RevokedAsync()).Token);
        Assert.Empty(_revoked);
    }

    [Fact]
    public async Task Operator_can_switch_it_off()
    {
        await RestartAsync("revoke_tokens: false");

        await LogOutAsync(await SignInAsync("of-alice"));

        await Task.Delay(50);
        Assert.Empty(_revoked);
    }

    [Fact]
    public async Task Provider_that_hangs_is_not_kept_waiting_for_more_than_a_bounded_number()
    {
        _hanging = new TaskCompletionSource();
        var browser = await SignInAsync("of-alice");
        var login = Assert.IsType<SessionLookup.Live>(await _world.Sessions.FindAsync(CookieSecret.Parse(browser.Cookie(App))!, "app.example.com", default));
        for (var one = 0; one < TokenRevocations.MostWaiting + 500; one++)
        {
            _world.Get<TokenRevocations>().Revoke(login.Session);
        }

        _hanging.SetResult();
        for (var last = -1; last != _revoked.Count;)
        {
            last = _revoked.Count;
            await Task.Delay(300);
        }

        Assert.InRange(_revoked.Count, 1, TokenRevocations.MostWaiting + 2);
    }

    private async Task StartAsync(string oidc)
    {
        _world = await LoginWorld.StartAsync(oidc.Length > 0 ? ", " + oidc : "");
        _world.Provider.Revocation = async context =>
        {
            var form = await context.Request.ReadFormAsync();
            _revoked.Enqueue((form["token"].ToString(), form["token_type_hint"].ToString(), _world.Provider.IsItsClient(context.Request, form)));
            if (_hanging is { } hanging)
            {
                await hanging.Task;
            }

            // Section 2.2 of RFC 7009: there need be nothing in it.
            (context.Response.StatusCode, context.Response.ContentType) = (_status, null);
        };
        await _world.Get<TokenRevocations>().StartAsync(default);
    }

    private async Task RestartAsync(string oidc)
    {
        await DisposeAsync();
        await StartAsync(oidc);
    }

    private async Task<Browser> SignInAsync(string refreshToken)
    {
        _world.Provider.RefreshToken = refreshToken;
        var browser = _world.NewBrowser();
        Assert.Equal(200, (await browser.SignInAsync()).Status);
        return browser;
    }

    private static Task<Answer> LogOutAsync(Browser browser) => browser.PostAsync(App + "/.authproxy/logout", App);

    private async Task<(string Token, string Hint, bool IsItsClient)> RevokedAsync()
    {
        for (var patience = 0; patience < 2000; patience++)
        {
            if (_revoked.TryDequeue(out var one))
            {
                return one;
            }

            await Task.Delay(5);
        }

        throw new TimeoutException("nothing was revoked");
    }
}
