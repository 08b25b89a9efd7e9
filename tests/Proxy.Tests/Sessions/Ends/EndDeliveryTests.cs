using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Sessions.Memory;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Sessions.Ends;

public class EndDeliveryTests
{
    private const string Host = "app.example.com";

    private readonly FakeClock _clock = new();
    private readonly MemorySessionStore _store = new();
    private readonly TokenizerDouble _tokenizer = new();

    [Fact]
    public async Task Logout_is_known_to_the_tokenizer_when_it_is_answered()
    {
        var sessions = Some.Sessions(out var terminator, _clock, _store, tokenizer: _tokenizer);
        var (session, _) = await sessions.BeginAsync(Some.Login(), Host, default);

        await terminator.EndAsync(session, SessionEndReason.Logout, default);

        var (sid, until) = Assert.Single(_tokenizer.Ended);
        Assert.Equal(session.Sid, sid);
        Assert.True(until > session.EndsAt);
        Assert.Empty(await _store.ListUndeliveredAsync(_clock.GetUtcNow().AddDays(1), 10, default));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task End_is_sent_again_with_growing_pauses_until_it_is_acknowledged(bool throws)
    {
        (_tokenizer.IsDown, _tokenizer.Throws) = (true, throws);
        var sessions = Some.Sessions(out var terminator, _clock, _store, tokenizer: _tokenizer);
        var delivery = Some.Delivery(_store, _clock, _tokenizer);
        var (session, _) = await sessions.BeginAsync(Some.Login(), Host, default);
        await terminator.EndAsync(session, SessionEndReason.Logout, default);

        Assert.Equal(1, await delivery.DeliverDueAsync(default));
        Assert.Equal(0, await delivery.DeliverDueAsync(default));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await delivery.DeliverDueAsync(default));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, await delivery.DeliverDueAsync(default));

        _tokenizer.IsDown = false;
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await delivery.DeliverDueAsync(default));
        Assert.Equal(session.Sid, Assert.Single(_tokenizer.Ended).Sid);

        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await delivery.DeliverDueAsync(default));
    }

    [Fact]
    public async Task Tokenizer_that_does_not_answer_holds_a_logout_up_for_a_moment_only()
    {
        _tokenizer.Hangs = true;
        var sessions = Some.Sessions(out var terminator, _clock, _store, tokenizer: _tokenizer);
        var (session, _) = await sessions.BeginAsync(Some.Login(), Host, default);

        var ending = terminator.EndAsync(session, SessionEndReason.Logout, default).AsTask();
        Assert.False(ending.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await ending;

        Assert.Single(await _store.ListUndeliveredAsync(_clock.GetUtcNow(), 10, default));
    }

    [Fact]
    public async Task Without_a_tokenizer_nothing_is_kept_for_it()
    {
        var sessions = Some.Sessions(out var terminator, _clock, _store);
        var (session, _) = await sessions.BeginAsync(Some.Login(), Host, default);

        await terminator.EndAsync(session, SessionEndReason.Logout, default);

        Assert.Empty(await _store.ListUndeliveredAsync(_clock.GetUtcNow().AddDays(1), 10, default));
    }

    [Fact]
    public async Task Session_that_idled_out_ends_at_the_tokenizer_too()
    {
        var opened = Some.Opened(_clock);
        var sessions = Some.Sessions(out var terminator, _clock, _store, opened: opened, tokenizer: _tokenizer);
        var (session, cookie) = await sessions.BeginAsync(Some.Login(), Host, default);
        var sweeper = new SessionSweeper(_store, terminator, opened, Some.Keys(_clock), Some.StoreClock(), _clock, NullLogger<SessionSweeper>.Instance);

        _clock.Advance(TimeSpan.FromHours(1));
        await sweeper.SweepAsync(default);
        Assert.Equal(1, await Some.Delivery(_store, _clock, _tokenizer).DeliverDueAsync(default));

        Assert.Equal(session.Sid, Assert.Single(_tokenizer.Ended).Sid);
        Assert.IsType<SessionLookup.None>(await sessions.FindAsync(cookie, Host, default));

        _clock.Advance(TimeSpan.FromDays(1));
        await sweeper.SweepAsync(default);
        Assert.False(await _store.IsEndedAsync(session.Sid, default));
    }

    private sealed class TokenizerDouble : ITokenizerSessions
    {
        public List<(string Sid, DateTimeOffset Until)> Ended { get; } = [];

        public bool IsDown { get; set; }

        public bool Throws { get; set; }

        public bool Hangs { get; set; }

        public async ValueTask<bool> EndAsync(string sid, DateTimeOffset until, CancellationToken cancellation)
        {
            if (Hangs)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            if (IsDown)
            {
                return Throws ? throw new HttpRequestException("told to fail") : false;
            }

            Ended.Add((sid, until));
            return true;
        }
    }
}
