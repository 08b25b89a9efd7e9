using AuthProxy.Hosting.Health;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Sessions.Memory;
using AuthProxy.Proxy.Sessions.News;
using AuthProxy.Proxy.Sessions.Outage;
using AuthProxy.Proxy.Tests.Sessions.News;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Sessions.Outage;

public sealed class OutageTests : IDisposable
{
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(5);

    private readonly FakeClock _clock = new();
    private SessionTerminator _terminator = null!;
    private readonly StoreDouble _store = new(new MemorySessionStore());
    private readonly NewsStanding _standing = NewsStanding.OfChannel();
    private readonly Listening _listening = new();
    private readonly HealthState _health = new();
    private readonly StoreReach _reach;
    private readonly PutOffTouches _putOff;
    private readonly SessionWatch _watch;

    public OutageTests()
    {
        _reach = new StoreReach(_clock);
        _putOff = Some.PutOff(_store, _clock);
        _watch = new SessionWatch(
            _store, _reach, _standing, new NewsHandlers([_listening], NullLogger<NewsHandlers>.Instance), _putOff, Some.Settings, Some.Metrics(), _clock,
            NullLogger<SessionWatch>.Instance, _health);
        _standing.Confirm(long.MaxValue);
    }

    public void Dispose() => _watch.Dispose();

    [Fact]
    public async Task Without_a_budget_nobody_is_served_while_the_store_cannot_be_asked()
    {
        var (sessions, cookie) = await SignInAsync(TimeSpan.Zero);
        Lose();

        await Assert.ThrowsAsync<SessionStoreException>(async () => await sessions.FindAsync(cookie, Some.Host, default));
    }

    [Fact]
    public async Task Session_that_was_confirmed_when_the_outage_began_is_served_for_the_budget_and_no_longer()
    {
        var (sessions, cookie) = await SignInAsync(Budget);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Lose();

        _clock.Advance(Budget - TimeSpan.FromSeconds(1));
        Assert.IsType<SessionLookup.Live>(await sessions.FindAsync(cookie, Some.Host, default));

        _clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<SessionStoreException>(async () => await sessions.FindAsync(cookie, Some.Host, default));
    }

    [Fact]
    public async Task Session_that_this_process_has_not_read_is_not_served_in_an_outage()
    {
        var (sessions, _) = await SignInAsync(Budget);
        Lose();

        await Assert.ThrowsAsync<SessionStoreException>(async () => await sessions.FindAsync(CookieSecret.New(), Some.Host, default));
    }

    [Fact]
    public async Task Cookie_of_a_session_that_is_served_in_an_outage_opens_nothing_on_another_host()
    {
        var (sessions, cookie) = await SignInAsync(Budget);
        Lose();

        await Assert.ThrowsAsync<SessionStoreException>(async () => await sessions.FindAsync(cookie, "other.example.com", default));
    }

    [Fact]
    public async Task End_that_is_heard_in_an_outage_wins()
    {
        var opened = Opened(Budget);
        var (sessions, cookie) = await SignInAsync(opened);
        Lose();
        var session = Assert.IsType<SessionLookup.Live>(await sessions.FindAsync(cookie, Some.Host, default)).Session;

        opened.Handle(new SessionNews.Ended(session.Sid, _clock.GetUtcNow()));

        await Assert.ThrowsAsync<SessionStoreException>(async () => await sessions.FindAsync(cookie, Some.Host, default));
    }

    [Fact]
    public async Task End_that_could_not_be_written_is_no_success_and_nobody_is_served_after_it()
    {
        var (sessions, cookie) = await SignInAsync(Budget);
        Lose();
        var session = Assert.IsType<SessionLookup.Live>(await sessions.FindAsync(cookie, Some.Host, default)).Session;

        await Assert.ThrowsAsync<SessionStoreException>(async () => await _terminator.EndAsync(session, SessionEndReason.Logout, default));

        await Assert.ThrowsAsync<SessionStoreException>(async () => await sessions.FindAsync(cookie, Some.Host, default));
    }

    [Fact]
    public async Task Outage_longer_than_the_idle_limit_keeps_no_unused_session_alive()
    {
        var (sessions, cookie) = await SignInAsync(TimeSpan.FromHours(2));
        Lose();
        _clock.Advance(TimeSpan.FromHours(1));

        await Assert.ThrowsAsync<SessionStoreException>(async () => await sessions.FindAsync(cookie, Some.Host, default));
    }

    [Fact]
    public async Task Whoever_worked_through_an_outage_does_not_idle_out_for_it()
    {
        var (sessions, cookie) = await SignInAsync(TimeSpan.FromMinutes(50));
        Lose();
        _clock.Advance(TimeSpan.FromMinutes(40));
        Assert.IsType<SessionLookup.Live>(await sessions.FindAsync(cookie, Some.Host, default));
        _store.Fails = false;
        _clock.Advance(TimeSpan.FromSeconds(3));
        await _watch.LookAsync(default);
        await _watch.LookAsync(default);

        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.IsType<SessionLookup.Live>(await sessions.FindAsync(cookie, Some.Host, default));
        Assert.Equal(0, _putOff.Count);
    }

    [Fact]
    public async Task Use_that_was_put_off_never_overwrites_a_younger_one()
    {
        var (sessions, cookie) = await SignInAsync(Budget);
        _clock.Advance(TimeSpan.FromMinutes(2));
        _store.FailsToTouch = true;
        await sessions.FindAsync(cookie, Some.Host, default);
        Assert.Equal(1, _putOff.Count);
        _store.FailsToTouch = false;
        _clock.Advance(TimeSpan.FromMinutes(2));
        await Some.Sessions(_clock, _store).FindAsync(cookie, Some.Host, default);
        var touches = _store.Touches;

        await _putOff.WriteAsync(default);

        Assert.Equal(touches, _store.Touches);
    }

    [Fact]
    public async Task Use_of_a_session_that_ended_meanwhile_is_forgotten()
    {
        var (sessions, cookie) = await SignInAsync(Budget);
        Lose();
        var session = Assert.IsType<SessionLookup.Live>(await sessions.FindAsync(cookie, Some.Host, default)).Session;
        Assert.Equal(1, _putOff.Count);

        _putOff.Handle(new SessionNews.Ended(session.Sid, _clock.GetUtcNow()));

        Assert.Equal(0, _putOff.Count);
    }

    [Fact]
    public async Task Store_that_answers_but_takes_no_changes_is_in_no_outage()
    {
        var (sessions, cookie) = await SignInAsync(Budget);
        _clock.Advance(TimeSpan.FromMinutes(2));
        _store.FailsToTouch = true;
        await sessions.FindAsync(cookie, Some.Host, default);
        var touches = _store.Touches;

        for (var looks = 0; looks < 100; looks++)
        {
            await _watch.LookAsync(default);
            Assert.Equal(SessionMode.Confirmed, _watch.Mode);
            _clock.Advance(TimeSpan.FromMilliseconds(200));
        }

        Assert.InRange(_store.Touches - touches, 1, 5);
        _store.FailsToTouch = false;
        _clock.Advance(TimeSpan.FromSeconds(5));
        await _watch.LookAsync(default);
        Assert.Equal(0, _putOff.Count);
    }

    [Fact]
    public async Task Mode_follows_store_and_news_and_readiness_tells_it_without_becoming_unready()
    {
        await _watch.StartAsync(default);
        Assert.Equal(SessionMode.Confirmed, _watch.Mode);

        _standing.Confirm(_clock.GetTimestamp());
        Assert.Equal(SessionMode.Unconfirmed, _watch.Mode);

        _store.Fails = true;
        _reach.Failed();
        Assert.Equal(SessionMode.Outage, _watch.Mode);
        Assert.Equal([("sessions", "outage")], _health.Details());
        Assert.True(_health.IsReady);

        _store.Fails = false;
        _clock.Advance(TimeSpan.FromSeconds(2));
        await _watch.LookAsync(default);
        Assert.Equal(SessionMode.Unconfirmed, _watch.Mode);
        await _watch.StopAsync(default);
    }

    [Fact]
    public async Task Store_of_which_a_part_answers_is_in_outage_until_all_of_it_does()
    {
        _reach.Failed();
        _reach.Answered();
        Assert.True(_reach.IsOut);

        _clock.Advance(TimeSpan.FromSeconds(2));
        await _watch.LookAsync(default);
        Assert.False(_reach.IsOut);
    }

    [Fact]
    public async Task Whoever_holds_connections_open_is_told_every_second_while_news_may_not_arrive()
    {
        await _watch.LookAsync(default);
        Assert.Equal(0, _listening.Silences);

        _standing.Confirm(_clock.GetTimestamp());
        for (var times = 0; times < 20; times++)
        {
            await _watch.LookAsync(default);
            _clock.Advance(TimeSpan.FromMilliseconds(200));
        }

        Assert.Equal(4, _listening.Silences);
    }

    private OpenedSessions Opened(TimeSpan budget) => new(_clock, _standing, outageBudget: budget);

    private Task<(LiveSessions Sessions, CookieSecret Cookie)> SignInAsync(TimeSpan budget) => SignInAsync(Opened(budget));

    private async Task<(LiveSessions Sessions, CookieSecret Cookie)> SignInAsync(OpenedSessions opened)
    {
        var sessions = Some.Sessions(out _terminator, _clock, _store, opened: opened, reach: _reach, putOff: _putOff);
        var (_, cookie) = await sessions.BeginAsync(Some.Login(), Some.Host, default);
        await sessions.FindAsync(cookie, Some.Host, default);
        return (sessions, cookie);
    }

    // What carries news is the store's own server.
    private void Lose()
    {
        _store.Fails = true;
        _standing.Confirm(_clock.GetTimestamp());
    }
}
