using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Refresh;

namespace AuthProxy.Proxy.Tests.Sessions.Refresh;

public class RefreshOverReplicasTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private readonly RefreshWorld _world = new();

    [Fact]
    public async Task One_replica_asks_and_the_other_gets_what_it_got()
    {
        var login = await ExpiredAsync();
        var provider = new TaskCompletionSource();
        _world.Provider.Before = provider.Task;

        var near = _world.Near.NeedAsync(login);
        await _world.UntilAsync(() => _world.Provider.Asking == 1);
        var far = _world.Far.NeedAsync(login);
        await _world.UntilAsync(() => _world.Clock.PendingTimers > 3, Moment);
        provider.SetResult();

        Assert.Equal("access-1", TokenOf(await near));
        Assert.Equal("access-1", TokenOf(await _world.OfAsync(far, Moment)));
        Assert.Equal(["refresh"], _world.Provider.Shown);
    }

    [Fact]
    public async Task News_wake_the_other_replica_before_it_looks_by_itself()
    {
        var login = await ExpiredAsync();
        var provider = new TaskCompletionSource();
        _world.Provider.Before = provider.Task;
        var near = _world.Near.NeedAsync(login);
        await _world.UntilAsync(() => _world.Provider.Asking == 1);
        var far = _world.Far.NeedAsync(login);
        await _world.UntilAsync(() => _world.Clock.PendingTimers > 4);
        provider.SetResult();
        await near;

        _world.Far.Signals.Handle(new AuthProxy.Proxy.Sessions.News.SessionNews.Changed(login.Session.Sid));

        Assert.Equal("access-1", TokenOf(await far));
    }

    [Fact]
    public async Task Replica_with_an_old_copy_finds_the_new_tokens_and_asks_nobody()
    {
        var login = await ExpiredAsync();
        await _world.Near.NeedAsync(login);

        Assert.Equal("access-1", await _world.Far.TokenAsync(login));
        Assert.Single(_world.Provider.Shown);
    }

    [Fact]
    public async Task Oauth2_proxy_3456_lock_that_runs_out_while_the_provider_is_slow_never_shows_a_token_twice()
    {
        var login = await ExpiredAsync();
        _world.Provider.Settings = _world.Provider.Settings! with { Wait = TimeSpan.FromMinutes(1) };
        var provider = new TaskCompletionSource();
        _world.Provider.Before = provider.Task;
        var near = _world.Near.NeedAsync(login);
        await _world.UntilAsync(() => _world.Provider.Asking == 1);
        var far = _world.Far.NeedAsync(login);

        var until = _world.Clock.GetUtcNow() + (RefreshLease.Life * 4);
        await _world.UntilAsync(() => _world.Clock.GetUtcNow() >= until, TimeSpan.FromMilliseconds(250));
        Assert.Single(_world.Provider.Shown);
        provider.SetResult();

        Assert.Equal("access-1", TokenOf(await near));
        Assert.Equal("access-1", TokenOf(await _world.OfAsync(far, Moment)));
    }

    [Fact]
    public async Task Holder_that_died_before_it_asked_holds_nobody_up_for_longer_than_its_lease()
    {
        var login = await ExpiredAsync();
        var now = _world.Clock.GetUtcNow();
        await _world.Store.TryLeaseAsync(login.Session.Sid, now, RefreshLease.Life, default);

        Assert.Equal("access-1", TokenOf(await _world.OfAsync(_world.Far.NeedAsync(login), Moment)));
        Assert.InRange(_world.Clock.GetUtcNow() - now, RefreshLease.Life, RefreshLease.Life + TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Holder_that_died_with_the_new_tokens_ends_the_session_cleanly_and_without_a_loop()
    {
        var login = await ExpiredAsync();
        await _world.Provider.RefreshAsync(login.Session, default);

        Assert.IsType<FreshnessOutcome.Ended>(await _world.Far.NeedAsync(login));
        Assert.IsType<SessionLookup.None>(await _world.Far.Sessions.FindAsync(login.Cookie, RefreshWorld.Host, default));
        Assert.IsType<FreshnessOutcome.Ended>(await _world.Near.NeedAsync(login));

        Assert.Equal(2, _world.Provider.Shown.Count);
    }

    [Fact]
    public async Task Holder_that_died_while_it_asked_for_more_leaves_the_rotated_refresh_token_behind()
    {
        var login = await ExpiredAsync();
        var rest = new TaskCompletionSource<RefreshOutcome>();
        _world.Provider.Instead = new RefreshOutcome.Rotated("rotated", rest.Task);
        _world.Store.FailsToRenew = true;
        var dead = _world.Near.NeedAsync(login);
        await _world.UntilAsync(async () => (await _world.StoredAsync(login))!.Tokens.RefreshToken == "rotated", Moment);

        _world.Provider.Instead = new RefreshOutcome.Unavailable("asked");
        _world.Clock.Advance(RefreshLease.Life);
        await _world.OfAsync(_world.Far.NeedAsync(login), Moment);

        Assert.Equal(["refresh", "rotated"], _world.Provider.Shown);
        rest.SetResult(new RefreshOutcome.Unavailable("nobody waits"));
        await _world.OfAsync(dead, Moment);
    }

    [Fact]
    public async Task Tokens_that_come_after_the_lease_was_lost_do_not_overwrite_newer_ones()
    {
        var login = await ExpiredAsync();
        var slow = new TaskCompletionSource();
        _world.Provider.After = slow.Task;
        _world.Store.FailsToRenew = true;
        var near = _world.Near.NeedAsync(login);
        await _world.UntilAsync(() => _world.Provider.Asking == 1);
        _world.Clock.Advance(RefreshLease.Life);

        // Somebody else has a newer lease, and newer tokens.
        await StoreAsync(login, "newer");
        slow.SetResult();

        Assert.Equal("newer", TokenOf(await _world.OfAsync(near, Moment)));
        Assert.Equal("newer", (await _world.StoredAsync(login))!.Tokens.RefreshToken);
    }

    [Fact]
    public async Task Refusal_that_comes_after_the_lease_was_lost_does_not_end_a_session_with_newer_tokens()
    {
        var login = await ExpiredAsync();
        var slow = new TaskCompletionSource();
        _world.Provider.After = slow.Task;
        _world.Provider.Instead = new RefreshOutcome.Refused("invalid_grant");
        _world.Store.FailsToRenew = true;
        var near = _world.Near.NeedAsync(login);
        await _world.UntilAsync(() => _world.Provider.Asking == 1);
        _world.Clock.Advance(RefreshLease.Life);

        await StoreAsync(login, "newer");
        slow.SetResult();

        Assert.Equal("newer", TokenOf(await _world.OfAsync(near, Moment)));
        Assert.NotNull(await _world.StoredAsync(login));
    }

    [Fact]
    public async Task Tokens_that_come_after_the_lease_was_lost_are_stored_where_nobody_has_newer_ones()
    {
        var login = await ExpiredAsync();
        var slow = new TaskCompletionSource();
        _world.Provider.After = slow.Task;
        _world.Store.FailsToRenew = true;
        var near = _world.Near.NeedAsync(login);
        await _world.UntilAsync(() => _world.Provider.Asking == 1);
        _world.Clock.Advance(RefreshLease.Life);
        var now = _world.Clock.GetUtcNow();
        var other = await _world.Store.TryLeaseAsync(login.Session.Sid, now, TimeSpan.FromSeconds(3), default);
        Assert.NotNull(other);
        slow.SetResult();

        Assert.Equal("access-1", TokenOf(await _world.OfAsync(near, TimeSpan.FromMilliseconds(100))));
        Assert.Equal("refresh-1", (await _world.StoredAsync(login))!.Tokens.RefreshToken);
    }

    [Fact]
    public async Task Session_that_ends_while_its_tokens_are_renewed_stays_ended()
    {
        var login = await ExpiredAsync();
        var slow = new TaskCompletionSource();
        _world.Provider.After = slow.Task;
        var near = _world.Near.NeedAsync(login);
        await _world.UntilAsync(() => _world.Provider.Asking == 1);

        await _world.Far.Terminator.EndAsync(login.Session, SessionEndReason.Logout, default);
        slow.SetResult();

        Assert.IsType<FreshnessOutcome.Ended>(await _world.OfAsync(near, Moment));
        Assert.Null(await _world.StoredAsync(login));
    }

    private async Task<SessionLookup.Live> ExpiredAsync()
    {
        var login = await _world.SignInAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(6));
        return login;
    }

    private async Task StoreAsync(SessionLookup.Live login, string token)
    {
        var now = _world.Clock.GetUtcNow();
        var lease = await _world.Store.TryLeaseAsync(login.Session.Sid, now, TimeSpan.FromSeconds(1), default);
        using var read = await _world.Far.Sessions.ReadAsync(login.Cookie, RefreshWorld.Host, default);
        var tokens = new ProviderTokens(null, token, token, now + TimeSpan.FromMinutes(5)) { ReceivedAt = now };
        Assert.True(await _world.Far.Sessions.ReplaceAsync(read!, read!.Session.Renew(tokens, null), lease!, default));
        await _world.Store.ReleaseLeaseAsync(lease!, default);
    }

    private static string? TokenOf(FreshnessOutcome outcome) => Assert.IsType<FreshnessOutcome.Fresh>(outcome).Session.Tokens.AccessToken;
}
