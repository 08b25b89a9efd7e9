using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.News;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions;

public class OpenedSessionsTests
{
    private static readonly TimeSpan Touch = TimeSpan.FromMinutes(1);

    private readonly FakeClock _clock = new();

    [Fact]
    public void Copies_stay_within_their_bytes()
    {
        var opened = Opened(maximumBytes: 10_000);
        for (var i = 0; i < 1000; i++)
        {
            Keep(opened, $"s{i}");
            Assert.InRange(opened.Bytes, 1, 10_000);
        }

        Assert.Equal(10, opened.Count);
    }

    [Fact]
    public void Session_that_is_in_use_outlives_a_flood_of_others()
    {
        var opened = Opened(maximumBytes: 10_000);
        var busy = Keep(opened, "busy");
        for (var i = 0; i < 1000; i++)
        {
            Keep(opened, $"s{i}");
            Assert.NotNull(opened.Find(busy, Some.Host));
        }
    }

    [Fact]
    public void Copy_too_large_for_the_budget_is_not_kept()
    {
        var opened = Opened(maximumBytes: 10_000);
        Keep(opened, "s", size: 9000);

        Assert.Equal(0, opened.Count);
    }

    [Fact]
    public void Copy_opens_on_its_own_host_only()
    {
        var opened = Opened();
        var key = Keep(opened, "s");

        Assert.NotNull(opened.Find(key, Some.Host));
        Assert.Null(opened.Find(key, "other.example.com"));
    }

    [Fact]
    public void Where_nobody_tells_of_ends_a_copy_counts_for_a_second_and_is_then_forgotten()
    {
        var opened = Some.Opened(_clock);
        var key = Keep(opened, "s");
        Assert.NotNull(opened.Find(key, Some.Host));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(opened.Find(key, Some.Host));

        opened.Trim();
        Assert.Equal(0, opened.Count);
    }

    [Fact]
    public void Where_ends_are_heard_of_a_copy_counts_until_its_touch_is_due()
    {
        var opened = Opened();
        var key = Keep(opened, "s");

        _clock.Advance(Touch - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(opened.Find(key, Some.Host));

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(opened.Find(key, Some.Host));
    }

    [Fact]
    public void Copy_counts_again_after_silence_but_never_after_a_gap()
    {
        var standing = NewsStanding.OfChannel();
        var opened = new OpenedSessions(_clock, standing);
        var key = Keep(opened, "s");
        Assert.Null(opened.Find(key, Some.Host));

        standing.Confirm(_clock.GetTimestamp() + 1);
        opened.HandleSilence();
        Assert.NotNull(opened.Find(key, Some.Host));

        opened.HandleGap();
        Assert.Null(opened.Find(key, Some.Host));
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void End_or_change_takes_all_copies_of_the_session_and_no_other(bool changed)
    {
        var opened = Opened();
        StoreKey[] ended = [Keep(opened, "s"), Keep(opened, "s"), Keep(opened, "s")];
        var other = Keep(opened, "other");

        opened.Handle(changed ? new SessionNews.Changed("s") : new SessionNews.Ended("s", _clock.GetUtcNow()));

        Assert.All(ended, key => Assert.Null(opened.Find(key, Some.Host)));
        Assert.NotNull(opened.Find(other, Some.Host));
        Assert.Equal(1, opened.Count);
        Assert.Equal(1000, opened.Bytes);
    }

    [Fact]
    public void Copies_leave_in_any_order()
    {
        var opened = Opened(maximumBytes: 20_000);
        var random = new Random(1);
        var keys = Enumerable.Range(0, 8).Select(_ => Some.StoreKey()).ToArray();
        for (var times = 0; times < 5000; times++)
        {
            var sid = $"s{random.Next(3)}";
            if (random.Next(10) == 0)
            {
                opened.Drop(sid);
            }
            else
            {
                opened.Keep(keys[random.Next(keys.Length)], Some.Host, Some.Session(sid, _clock), random.Next(1, 5000), _clock.GetUtcNow().AddHours(1), Touch, opened.BeforeReading());
            }

            Assert.InRange(opened.Bytes, 0, 20_000);
        }

        Array.ForEach(["s0", "s1", "s2"], opened.Drop);
        Assert.Equal((0, 0L), (opened.Count, opened.Bytes));
    }

    [Fact]
    public void What_was_read_before_an_end_is_not_kept_after_it()
    {
        var opened = Opened();
        var before = opened.BeforeReading();
        opened.Drop("s");

        opened.Keep(Some.StoreKey(), Some.Host, Some.Session("s", _clock), 100, _clock.GetUtcNow().AddHours(1), Touch, before);

        Assert.Equal(0, opened.Count);
    }

    [Fact]
    public void What_was_read_before_the_end_of_another_session_is_kept_unless_there_were_very_many()
    {
        var opened = Opened();
        var before = opened.BeforeReading();
        opened.Drop("other");
        opened.Keep(Some.StoreKey(), Some.Host, Some.Session("s", _clock), 100, _clock.GetUtcNow().AddHours(1), Touch, before);
        Assert.Equal(1, opened.Count);

        for (var ends = 0; ends < 1000; ends++)
        {
            opened.Drop($"other{ends}");
        }

        opened.Keep(Some.StoreKey(), Some.Host, Some.Session("s", _clock), 100, _clock.GetUtcNow().AddHours(1), Touch, before);
        Assert.Equal(1, opened.Count);
    }

    [Fact]
    public void What_was_read_before_a_gap_does_not_count_after_it()
    {
        var opened = Opened();
        var before = opened.BeforeReading();
        opened.HandleGap();
        var key = Some.StoreKey();

        opened.Keep(key, Some.Host, Some.Session("s", _clock), 100, _clock.GetUtcNow().AddHours(1), Touch, before);

        Assert.Null(opened.Find(key, Some.Host));
    }

    [Fact]
    public void Hit_allocates_nothing()
    {
        var opened = new OpenedSessions(TimeProvider.System, NewsStanding.OnlyProcess());
        var key = Keep(opened, "s");
        opened.Find(key, Some.Host);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var times = 0; times < 100; times++)
        {
            opened.Find(key, Some.Host);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private OpenedSessions Opened(long maximumBytes = OpenedSessions.DefaultMaximumBytes) => new(_clock, NewsStanding.OnlyProcess(), maximumBytes);

    private StoreKey Keep(OpenedSessions opened, string sid, int size = 1000)
    {
        var key = Some.StoreKey();
        opened.Keep(key, Some.Host, Some.Session(sid, _clock), size, _clock.GetUtcNow().AddHours(1), Touch, opened.BeforeReading());
        return key;
    }
}
