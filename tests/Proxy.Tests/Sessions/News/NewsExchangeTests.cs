using AuthProxy.Proxy.Sessions.News;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions.News;

public class NewsExchangeTests
{
    private readonly FakeClock _clock = new();
    private readonly Broker _broker;
    private readonly Replica _a;
    private readonly Replica _b;

    public NewsExchangeTests()
    {
        _broker = new Broker(_clock);
        (_a, _b) = (new Replica(_clock, _broker), new Replica(_clock, _broker));
    }

    [Fact]
    public async Task What_one_publishes_all_act_on_once()
    {
        await BeatAsync(3);
        var news = new SessionNews.Ended("s", _clock.GetUtcNow());

        await _a.Exchange.PublishAsync(news, default);

        Assert.Equal([news], _a.Listening.Heard);
        Assert.Equal([news], _b.Listening.Heard);
    }

    [Fact]
    public async Task All_are_confirmed_once_all_were_heard()
    {
        Assert.False(_a.IsConfirmed);
        await BeatAsync(3);

        Assert.True(_a.IsConfirmed);
        Assert.True(_b.IsConfirmed);
    }

    [Fact]
    public async Task Server_that_comes_anew_may_have_lost_what_all_have_heard_and_is_a_gap()
    {
        await BeatAsync(3);
        var gaps = _a.Listening.Gaps;

        _a.Line.Interrupt();

        Assert.Equal(gaps + 1, _a.Listening.Gaps);
        Assert.True(_a.IsConfirmed);
    }

    [Fact]
    public async Task Nobody_is_confirmed_longer_than_a_moment_after_another_fell_silent()
    {
        await BeatAsync(3);
        for (var elapsed = TimeSpan.Zero; elapsed < NewsTimes.Silence; elapsed += NewsTimes.Heartbeat)
        {
            _clock.Advance(NewsTimes.Heartbeat);
            await _a.BeatAsync();
        }

        Assert.False(_a.IsConfirmed);
    }

    [Fact]
    public async Task Whoever_does_not_hear_itself_is_not_confirmed()
    {
        await BeatAsync(3);
        _a.Line.IsStalled = true;
        await BeatAsync(4);

        Assert.False(_a.IsConfirmed);
        Assert.True(_b.IsConfirmed);
    }

    [Fact]
    public async Task Whoever_stands_still_is_not_confirmed_when_it_goes_on()
    {
        await BeatAsync(3);
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.False(_a.IsConfirmed);
    }

    [Fact]
    public async Task Lost_news_are_a_gap_with_the_next_heartbeat()
    {
        await BeatAsync(3);
        var gaps = _b.Listening.Gaps;
        _b.Line.IsCut = true;
        await _a.Exchange.PublishAsync(new SessionNews.Changed("s"), default);
        _b.Line.IsCut = false;
        await BeatAsync(1);

        Assert.Empty(_b.Listening.Heard);
        Assert.Equal(gaps + 1, _b.Listening.Gaps);
    }

    [Fact]
    public async Task News_that_could_not_be_sent_are_a_gap_for_the_others_and_no_failure_here()
    {
        await BeatAsync(3);
        var gaps = _b.Listening.Gaps;
        _a.Line.IsCut = true;
        await _a.Exchange.PublishAsync(new SessionNews.Changed("s"), default);
        _a.Line.IsCut = false;
        await BeatAsync(1);

        Assert.Single(_a.Listening.Heard);
        Assert.Equal(gaps + 1, _b.Listening.Gaps);
    }

    [Fact]
    public async Task Replayed_news_are_not_acted_on()
    {
        await BeatAsync(3);
        await _a.Exchange.PublishAsync(new SessionNews.Ended("s", _clock.GetUtcNow()), default);
        var gaps = _b.Listening.Gaps;

        foreach (var message in _broker.Sent.ToList())
        {
            _broker.Inject(message);
        }

        Assert.Single(_b.Listening.Heard);
        Assert.Equal(gaps, _b.Listening.Gaps);
    }

    [Fact]
    public async Task Forged_news_do_nothing_however_many()
    {
        await BeatAsync(3);
        var forger = new NewsSealer(Some.Keys(_clock, "bank", (1, Some.Bytes(9))));
        var forged = forger.Seal(new NewsMessage(PublisherId.New(), 1, 0, NewsMessageKind.Ended, new SessionNews.Ended("s", _clock.GetUtcNow())));
        var gaps = _b.Listening.Gaps;

        for (var times = 0; times < 10_000; times++)
        {
            _broker.Inject(forged);
        }

        Assert.Empty(_b.Listening.Heard);
        Assert.Equal(gaps, _b.Listening.Gaps);
        Assert.True(_b.IsConfirmed);
    }

    [Fact]
    public async Task News_of_another_realm_on_the_same_channel_are_none_of_ours()
    {
        var elsewhere = new Replica(_clock, _broker, Some.Keys(_clock, realm: "shop"));
        await BeatAsync(3);

        await elsewhere.Exchange.PublishAsync(new SessionNews.Ended("s", _clock.GetUtcNow()), default);

        Assert.Empty(_b.Listening.Heard);
    }

    [Fact]
    public async Task Whoever_publishes_first_of_all_is_on_the_roll_before()
    {
        await BeatAsync(3);
        var late = new Replica(_clock, _broker);
        _b.Line.IsCut = true;
        await late.Exchange.PublishAsync(new SessionNews.Ended("s", _clock.GetUtcNow()), default);
        _b.Line.IsCut = false;
        await _b.BeatAsync();

        Assert.False(_b.IsConfirmed);
    }

    [Fact]
    public async Task Orderly_stop_of_a_replica_costs_the_others_nothing()
    {
        await BeatAsync(3);
        var gaps = _b.Listening.Gaps;

        await _a.Exchange.StopAsync(default);
        for (var times = 0; times < 100; times++)
        {
            _clock.Advance(NewsTimes.Heartbeat);
            await _b.BeatAsync();
            Assert.True(_b.IsConfirmed);
        }

        Assert.Equal(gaps, _b.Listening.Gaps);
    }

    [Fact]
    public async Task Death_of_a_replica_makes_the_others_ask_until_it_is_known_to_be_gone()
    {
        await BeatAsync(3);
        var gaps = _b.Listening.Gaps;
        for (var elapsed = TimeSpan.Zero; elapsed <= NewsTimes.OnRoll + NewsTimes.Heartbeat; elapsed += NewsTimes.Heartbeat)
        {
            _clock.Advance(NewsTimes.Heartbeat);
            await _b.BeatAsync();
            Assert.Equal(elapsed < NewsTimes.Silence - (2 * NewsTimes.Heartbeat) || elapsed > NewsTimes.OnRoll - NewsTimes.Heartbeat, _b.IsConfirmed);
        }

        Assert.Equal(gaps + 1, _b.Listening.Gaps);
    }

    private async Task BeatAsync(int times)
    {
        for (; times > 0; times--)
        {
            _clock.Advance(NewsTimes.Heartbeat);
            await _a.BeatAsync();
            await _b.BeatAsync();
        }
    }
}
