using AuthProxy.Proxy.Sessions.News;

namespace AuthProxy.Proxy.Tests.Sessions.News;

public class NewsLedgerTests
{
    private const long Silence = 100;

    private static readonly PublisherId Own = PublisherId.New();
    private static readonly PublisherId Other = PublisherId.New();

    private readonly NewsLedger _ledger = new(Own, Silence);

    [Fact]
    public void Nothing_is_confirmed_before_the_roll_was_called_and_everybody_on_it_was_heard()
    {
        Hear(Own, 1, at: 10);
        Assert.True(_ledger.ConfirmedUntil <= 10);

        _ledger.Call([Own, Other], 11);
        Assert.True(_ledger.ConfirmedUntil <= 11);

        Hear(Own, 2, at: 12);
        Hear(Other, 1, at: 13);
        Assert.Equal(11 + Silence, _ledger.ConfirmedUntil);
    }

    [Fact]
    public void What_was_said_by_somebody_before_they_were_first_heard_is_a_gap()
    {
        Assert.False(_ledger.Call([Own, Other], 1));
        Hear(Own, 1, at: 2);

        Assert.Equal(NewsVerdict.Gap, Hear(Other, 57, at: 3));
        Assert.Equal(NewsVerdict.InOrder, Hear(Other, 58, at: 4));
    }

    [Fact]
    public void Somebody_who_is_heard_from_their_first_word_on_has_said_nothing_unheard()
    {
        Begin();
        var third = PublisherId.New();

        Assert.Equal(NewsVerdict.InOrder, Hear(third, 1, at: 5));
        Assert.False(_ledger.Call([Own, Other, third], 6));
    }

    [Fact]
    public void Lost_first_word_of_somebody_new_is_noticed_when_the_roll_shows_them()
    {
        Begin();
        var third = PublisherId.New();
        _ledger.Call([Own, Other, third], 6);
        Assert.True(_ledger.ConfirmedUntil <= 6);

        Assert.Equal(NewsVerdict.Gap, Hear(third, 2, at: 7));
        Assert.True(_ledger.ConfirmedUntil > 7);
    }

    [Fact]
    public void Lost_first_word_of_somebody_who_was_heard_before_the_roll_showed_them_is_noticed_too()
    {
        Begin();
        var third = PublisherId.New();
        Assert.Equal(NewsVerdict.InOrder, Hear(third, 2, at: 5));

        Assert.True(_ledger.Call([Own, Other, third], 6));
    }

    [Fact]
    public void Missing_number_is_a_gap_and_what_comes_late_is_old()
    {
        Begin();

        Assert.Equal(NewsVerdict.Gap, Hear(Other, 3, at: 5));
        Assert.Equal(NewsVerdict.Old, Hear(Other, 2, at: 6));
        Assert.Equal(NewsVerdict.Old, Hear(Other, 3, at: 6));
        Assert.Equal(NewsVerdict.InOrder, Hear(Other, 4, at: 7));
    }

    [Fact]
    public void Replayed_message_keeps_nobody_alive()
    {
        Begin();
        var before = _ledger.ConfirmedUntil;
        _ledger.Call([Own, Other], 50);
        Hear(Own, 2, at: 50);

        Assert.Equal(NewsVerdict.Old, Hear(Other, 1, at: 50));
        Assert.Equal(before, _ledger.ConfirmedUntil);
    }

    [Fact]
    public void Silence_of_anybody_suspends_and_is_over_with_their_next_word()
    {
        Begin();
        _ledger.Call([Own, Other], 90);
        Hear(Own, 2, at: 90);
        Assert.True(_ledger.ConfirmedUntil < 110);

        Assert.Equal(NewsVerdict.InOrder, Hear(Other, 2, at: 120));
        Assert.Equal(90 + Silence, _ledger.ConfirmedUntil);
    }

    [Fact]
    public void Word_that_was_long_under_way_counts_from_when_it_was_sent()
    {
        Begin();
        _ledger.Call([Own, Other], 1000);
        Hear(Own, 2, at: 1000, sentAt: 400);
        Hear(Other, 2, at: 1000);

        Assert.Equal(400 + Silence, _ledger.ConfirmedUntil);
    }

    [Fact]
    public void Roll_that_cannot_be_called_confirms_nothing_for_long()
    {
        Begin();
        Hear(Own, 2, at: 90);
        Hear(Other, 2, at: 90);

        Assert.Equal(2 + Silence, _ledger.ConfirmedUntil);
    }

    [Fact]
    public void Whoever_says_goodbye_is_missed_by_nobody()
    {
        Begin();
        _ledger.Hear(new NewsMessage(Other, 2, 0, NewsMessageKind.Goodbye), 5);

        Assert.False(_ledger.Call([Own], 6));
        Hear(Own, 2, at: 200);
        _ledger.Call([Own], 200);
        Assert.Equal(200 + Silence, _ledger.ConfirmedUntil);
    }

    [Fact]
    public void Whoever_is_gone_without_goodbye_may_have_said_something_unheard()
    {
        Begin();

        Assert.True(_ledger.Call([Own], 200));
        Assert.False(_ledger.Call([Own], 201));
        Assert.Equal(1, _ledger.Count);
    }

    [Fact]
    public void Recording_of_somebody_who_is_gone_is_soon_forgotten_and_waited_for_by_nobody()
    {
        Begin();
        Hear(PublisherId.New(), 400, at: 5);

        Assert.False(_ledger.Call([Own, Other], 6));
        Assert.Equal(2, _ledger.Count);
    }

    [Fact]
    public void Answer_of_the_roll_that_was_overtaken_makes_nobody_gone()
    {
        Begin();
        Assert.False(_ledger.Call([Own, Other], 20));

        Assert.False(_ledger.Call([Own], 19));
        Assert.Equal(2, _ledger.Count);
    }

    [Fact]
    public void Realm_of_too_many_publishers_is_never_confirmed_and_takes_no_more_memory()
    {
        Begin();
        for (var strangers = 0; strangers < 3 * NewsLedger.MaximumPublishers; strangers++)
        {
            Hear(PublisherId.New(), 1, at: 5);
        }

        Assert.InRange(_ledger.Count, 1, 2 * NewsLedger.MaximumPublishers);
        _ledger.Call([Own, Other, .. Enumerable.Range(0, NewsLedger.MaximumPublishers).Select(_ => PublisherId.New())], 6);
        Assert.True(_ledger.ConfirmedUntil <= 6);
    }

    private void Begin()
    {
        _ledger.Call([Own, Other], 2);
        Hear(Own, 1, at: 2);
        Hear(Other, 1, at: 3);
    }

    private NewsVerdict Hear(PublisherId publisher, long number, long at, long? sentAt = null) =>
        _ledger.Hear(new NewsMessage(publisher, number, sentAt ?? at, NewsMessageKind.Heartbeat), at);
}
