using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Memory;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Sessions;

public sealed class SessionSweeperTests : IDisposable
{
    private readonly FakeClock _clock = new();
    private readonly StoreDouble _store = new(new MemorySessionStore());
    private readonly StoreClock _storeClock = Some.StoreClock();
    private readonly LiveSessions _sessions;
    private readonly SessionSweeper _sweeper;

    public SessionSweeperTests()
    {
        var opened = Some.Opened(_clock);
        _sessions = Some.Sessions(out var terminator, _clock, _store, opened: opened, storeClock: _storeClock);
        _sweeper = new SessionSweeper(_store, terminator, opened, Some.Keys(_clock), _storeClock, _clock, NullLogger<SessionSweeper>.Instance);
    }

    public void Dispose() => _sweeper.Dispose();

    [Fact]
    public async Task Store_whose_sessions_never_go_does_not_keep_the_sweeper_for_ever()
    {
        _store.Gone = [.. Enumerable.Range(0, 200).Select(i => new StoredIndex($"planted{i}", []))];

        await _sweeper.SweepAsync(default).WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Process_whose_clock_is_far_from_the_stores_ends_nobodys_session()
    {
        var (session, cookie) = await _sessions.BeginAsync(Some.Login(), Some.Host, default);
        _clock.Advance(Some.Settings.Idle);
        _storeClock.Compare(session.CreatedAt, _clock.GetUtcNow(), _clock.GetUtcNow());

        await _sweeper.SweepAsync(default);
        Assert.IsType<SessionLookup.None>(await _sessions.FindAsync(cookie, Some.Host, default));
        Assert.False(await _store.IsEndedAsync(session.Sid, default));

        _storeClock.Compare(_clock.GetUtcNow(), _clock.GetUtcNow(), _clock.GetUtcNow());
        await _sweeper.SweepAsync(default);
        Assert.True(await _store.IsEndedAsync(session.Sid, default));
    }
}
