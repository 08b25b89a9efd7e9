using System.Text.Json;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Forwarding.Live;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends.Bearers;
using AuthProxy.Proxy.Sessions.Memory;
using AuthProxy.Proxy.Sessions.News;
using AuthProxy.Proxy.Tests.Sessions;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Forwarding.Live;

public sealed class LiveExchangesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeClock _clock = new();
    private readonly StoreDouble _store = new(new MemorySessionStore());
    private readonly LiveMetrics _metrics = new();
    private readonly BearerMarks _marks;
    private readonly LiveExchanges _live;

    public LiveExchangesTests()
    {
        _marks = new BearerMarks(_store, new BearerMarkRecord(Some.Keys(_clock)), _clock, NullLogger<BearerMarks>.Instance);
        _live = new LiveExchanges(_metrics, _clock, NullLogger<LiveExchanges>.Instance, _store, _marks);
    }

    public void Dispose()
    {
        _live.Dispose();
        _marks.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public async Task Upgrade_of_a_session_ends_with_it_at_once()
    {
        using var mine = _live.Begin(Of("s1"), Patience, lasts: true);
        using var other = _live.Begin(Of("s2"), Patience, lasts: true);

        _live.Handle(new SessionNews.Ended("s1", default));

        Assert.Equal(ExchangeEnd.SessionEnded, mine.Ended);
        await CutAsync(mine);
        Assert.Null(other.Ended);
        Assert.False(other.Token.IsCancellationRequested);
    }

    [Fact]
    public void Request_that_is_over_in_a_moment_is_on_no_list()
    {
        using var request = _live.Begin(Of("s1"), Patience, lasts: false);

        _live.Handle(new SessionNews.Ended("s1", default));

        Assert.Null(request.Ended);
    }

    [Fact]
    public void Answer_that_lasts_longer_than_a_moment_ends_with_its_session()
    {
        using var answer = _live.Begin(Of("s1"), Patience, lasts: false);
        _clock.Advance(LiveExchange.Moment);

        _live.Handle(new SessionNews.Ended("s1", default));

        Assert.Equal(ExchangeEnd.SessionEnded, answer.Ended);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Race_a_request_let_through_just_before_the_end_and_listed_just_after_it_is_caught(bool isUpgrade)
    {
        // The news of the end comes by while the request is on no list yet.
        await _store.EndAsync(new SessionEnd("s1", _clock.GetUtcNow().AddHours(1), _clock.GetUtcNow(), false), default);
        _live.Handle(new SessionNews.Ended("s1", default));
        using var late = _live.Begin(Of("s1"), Patience, isUpgrade);
        _clock.Advance(LiveExchange.Moment);

        Assert.True(await _live.ConfirmAsync(default));

        Assert.Equal(ExchangeEnd.SessionEnded, late.Ended);
    }

    [Fact]
    public async Task Race_a_second_tab_that_comes_while_the_store_is_asked_for_the_first_is_asked_for_again()
    {
        using var first = _live.Begin(Of("s1"), Patience, lasts: true);
        LiveExchange? second = null;
        _store.WhileAskingForEnd = async () =>
        {
            // The store has answered "lives" when the session ends, its news comes by, and the second tab is listed.
            _store.WhileAskingForEnd = null;
            await _store.EndAsync(new SessionEnd("s1", _clock.GetUtcNow().AddHours(1), _clock.GetUtcNow(), false), default);
            _live.Handle(new SessionNews.Ended("s1", default));
            second = _live.Begin(Of("s1"), Patience, lasts: true);
        };

        await _live.ConfirmAsync(default);
        await _live.ConfirmAsync(default);

        Assert.Equal(ExchangeEnd.SessionEnded, second!.Ended);
        second.Dispose();
    }

    [Fact]
    public async Task After_a_gap_in_the_news_every_session_is_looked_up_again()
    {
        using var live = _live.Begin(Of("s1"), Patience, lasts: true);
        await _live.ConfirmAsync(default);
        await _store.EndAsync(new SessionEnd("s1", _clock.GetUtcNow().AddHours(1), _clock.GetUtcNow(), false), default);
        await _live.ConfirmAsync(default);
        Assert.Null(live.Ended);

        ((ISessionNewsHandler)_live).HandleGap();
        await _live.ConfirmAsync(default);

        Assert.Equal(ExchangeEnd.SessionEnded, live.Ended);
    }

    [Fact]
    public async Task Stream_of_a_session_whose_end_may_have_been_lost_is_looked_up_again()
    {
        using var live = _live.Begin(Of("s1"), Patience, lasts: true);
        await _live.ConfirmAsync(default);
        await _store.EndAsync(new SessionEnd("s1", _clock.GetUtcNow().AddHours(1), _clock.GetUtcNow(), false), default);

        _live.Handle(new SessionNews.Changed("s1"));
        await _live.ConfirmAsync(default);

        Assert.Equal(ExchangeEnd.SessionEnded, live.Ended);
    }

    [Fact]
    public async Task Bearer_that_is_newer_than_the_end_of_its_login_keeps_its_streams()
    {
        var session = new SessionIdentity("b-1", _clock.GetUtcNow().AddHours(1));
        var login = StoreKey.Of("test"u8, [2]);
        var issued = _clock.GetUtcNow();
        using var old = _live.Begin(Bearer(issued, login) with { Session = session }, Patience, lasts: true);
        using var newer = _live.Begin(Bearer(issued.AddSeconds(10), login) with { Session = session }, Patience, lasts: true);
        await _store.AddNotBeforeAsync(new BearerMarkRecord(Some.Keys(_clock)).Make(login, issued.AddSeconds(5), issued.AddDays(7)), default);
        await _store.EndAsync(new SessionEnd("b-1", issued.AddHours(1), issued, false), default);
        await _marks.ReadOnAsync(default);

        _live.Handle(new SessionNews.Ended("b-1", issued.AddHours(1)));
        await _live.ConfirmAsync(default);

        Assert.Equal(ExchangeEnd.BearerEnded, old.Ended);
        Assert.Null(newer.Ended);
    }

    [Fact]
    public async Task Store_that_cannot_say_for_too_long_whether_the_session_lives_ends_the_stream()
    {
        using var live = _live.Begin(Of("s1"), Patience, lasts: true);
        _store.Fails = true;

        Assert.False(await _live.ConfirmAsync(default));
        Assert.Null(live.Ended);
        _clock.Advance(LiveExchanges.Patience);
        Assert.True(await _live.ConfirmAsync(default));

        Assert.Equal(ExchangeEnd.Unconfirmed, live.Ended);
    }

    [Fact]
    public async Task Outage_that_the_operator_grants_time_for_ends_no_stream_sooner()
    {
        var budget = TimeSpan.FromMinutes(2);
        using var live = new LiveExchanges(_metrics, _clock, NullLogger<LiveExchanges>.Instance, _store, settings: Some.Settings with { OutageBudget = budget });
        using var stream = live.Begin(Of("s1"), Patience, lasts: true);
        _store.Fails = true;
        _clock.Advance(budget - TimeSpan.FromSeconds(1));

        Assert.False(await live.ConfirmAsync(default));
        Assert.Null(stream.Ended);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await live.ConfirmAsync(default));

        Assert.Equal(ExchangeEnd.Unconfirmed, stream.Ended);
    }

    [Fact]
    public void Session_that_comes_to_its_own_end_ends_its_streams_at_that_time()
    {
        using var live = _live.Begin(Of("s1", lives: TimeSpan.FromMinutes(10)), Patience, lasts: true);

        _clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.Null(live.Ended);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(ExchangeEnd.Expired, live.Ended);
    }

    [Fact]
    public void Bearer_without_a_session_ends_its_streams_when_it_expires()
    {
        using var live = _live.Begin(Bearer(issuedAt: _clock.GetUtcNow()), Patience, lasts: true);

        _clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(ExchangeEnd.Expired, live.Ended);
    }

    [Fact]
    public async Task Bearer_that_is_ended_by_a_mark_ends_its_streams_and_a_newer_one_does_not()
    {
        using var old = _live.Begin(Bearer(_clock.GetUtcNow()), Patience, lasts: true);
        _clock.Advance(TimeSpan.FromSeconds(10));
        using var newer = _live.Begin(Bearer(_clock.GetUtcNow()), Patience, lasts: true);
        await _store.AddNotBeforeAsync(
            new BearerMarkRecord(Some.Keys(_clock)).Make(default, _clock.GetUtcNow() - TimeSpan.FromSeconds(5), _clock.GetUtcNow().AddDays(1)), default);

        await _marks.ReadOnAsync(default);

        Assert.Equal(ExchangeEnd.BearerEnded, old.Ended);
        Assert.Null(newer.Ended);
    }

    [Fact]
    public void Request_of_nobody_has_the_upstreams_time_and_no_other()
    {
        using var request = _live.Begin(Subject.WithoutClaims("", "guest"), Patience, lasts: true);
        request.RequestSent();

        _clock.Advance(Patience - TimeSpan.FromSeconds(1));
        Assert.False(request.Token.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(request is { IsLate: true, Token.IsCancellationRequested: true, Ended: null });
    }

    [Fact]
    public void Answer_that_has_begun_has_no_deadline_any_longer()
    {
        using var request = _live.Begin(Of("s1", TimeSpan.FromDays(60)), Patience, lasts: false);
        request.RequestSent();
        request.AnswerBegan();
        request.RequestSent();

        _clock.Advance(TimeSpan.FromDays(45));

        Assert.True(request is { IsLate: false, Ended: null, Token.IsCancellationRequested: false });
    }

    [Fact]
    public void What_is_over_leaves_no_timer_and_is_on_no_list()
    {
        for (var i = 0; i < 100; i++)
        {
            using var exchange = _live.Begin(Of($"s{i}"), Patience, lasts: i % 2 == 0);
            _clock.Advance(LiveExchange.Moment);
        }

        Assert.Equal(0, _clock.PendingTimers);
        Assert.Equal(0, _live.Count);
    }

    private static async Task CutAsync(LiveExchange exchange)
    {
        var cut = new TaskCompletionSource();
        await using var registration = exchange.Token.Register(cut.SetResult);
        await cut.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private Subject Of(string sid, TimeSpan? lives = null) =>
        Subject.WithoutClaims(Some.Issuer, "alice") with { Session = new SessionIdentity(sid, _clock.GetUtcNow() + (lives ?? TimeSpan.FromHours(8))) };

    private Subject Bearer(DateTimeOffset issuedAt, StoreKey login = default) =>
        new(Some.Issuer, "alice", JsonDocument.Parse("{}").RootElement, null)
        {
            Bearer = new BearerIdentity(default, login == default ? StoreKey.Of("test"u8, [1]) : login, issuedAt, _clock.GetUtcNow() + TimeSpan.FromMinutes(5)),
        };
}
