using AuthProxy.Proxy.Limits.Rates;
using AuthProxy.Rules.Policies;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Limits.Rates;

public class BucketTableTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public void Caller_may_make_as_many_requests_at_once_as_the_burst_says_and_then_one_at_a_time()
    {
        var buckets = Buckets(60, TimeSpan.FromMinutes(1), burst: 3);

        Assert.Equal([true, true, true, false, false], Take(buckets, 1, 5));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([true, false], Take(buckets, 1, 2));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([true, true, true, false], Take(buckets, 1, 4));
    }

    [Fact]
    public void Verdict_says_what_is_left_and_when_there_is_more()
    {
        var buckets = Buckets(60, TimeSpan.FromMinutes(1), burst: 2);

        Assert.Equal(new BucketVerdict(true, 1, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(1), false), buckets.Take(1));
        Assert.Equal(new BucketVerdict(true, 0, TimeSpan.Zero, TimeSpan.FromSeconds(2), false), buckets.Take(1));
        Assert.Equal(new BucketVerdict(false, 0, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), false), buckets.Take(1));
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(TimeSpan.FromMilliseconds(1), buckets.Take(1).RetryAfter);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(buckets.Take(1).Allowed);
    }

    [Fact]
    public void Callers_do_not_use_each_others_buckets_up()
    {
        var buckets = Buckets(1, TimeSpan.FromMinutes(1));

        Assert.All(Enumerable.Range(1, 1000), caller => Assert.True(buckets.Take((ulong)caller).Allowed));
        Assert.All(Enumerable.Range(1, 1000), caller => Assert.False(buckets.Take((ulong)caller).Allowed));
    }

    [Fact]
    public void Refused_request_costs_nothing()
    {
        var buckets = Buckets(1, TimeSpan.FromSeconds(10));
        Take(buckets, 1, 1000);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.True(buckets.Take(1).Allowed);
    }

    // The attacker has used his bucket up and invents callers until his own is gone from the table.
    [Fact]
    public void Flood_of_invented_callers_does_not_empty_the_attackers_own_bucket()
    {
        var buckets = Buckets(10, TimeSpan.FromMinutes(1), places: 64);
        Take(buckets, 7, 10);
        for (ulong caller = 1000; caller < 21_000; caller++)
        {
            buckets.Take(caller);
        }

        Assert.False(buckets.Take(7).Allowed);
    }

    [Fact]
    public void Flood_takes_no_request_away_from_a_caller_that_is_busy_already()
    {
        var buckets = Buckets(10, TimeSpan.FromMinutes(1), places: 64);
        Take(buckets, 7, 5);
        for (ulong caller = 1000; caller < 1064; caller++)
        {
            buckets.Take(caller);
        }

        Assert.Equal([true, true, true, true, true, false], Take(buckets, 7, 6));
    }

    [Fact]
    public void Full_table_makes_new_callers_share_and_says_so()
    {
        var buckets = Buckets(10, TimeSpan.FromMinutes(1), places: 64);

        Assert.All(Enumerable.Range(0, 64), caller => Assert.False(buckets.Take((ulong)caller).Shared));
        Assert.True(buckets.Take(1000).Shared);
    }

    [Fact]
    public void Callers_of_long_ago_make_room()
    {
        var buckets = Buckets(1, TimeSpan.FromMinutes(1), places: 64);
        for (ulong caller = 0; caller < 64; caller++)
        {
            buckets.Take(caller);
        }

        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((true, false), (buckets.Take(1000).Allowed, buckets.Take(1001).Shared));
    }

    [Fact]
    public void Clock_that_goes_backwards_neither_frees_a_bucket_nor_locks_it_for_long()
    {
        var clock = new SetBackClock();
        var buckets = new BucketTable(new RateLimit(10, TimeSpan.FromSeconds(10), RateLimitBy.Address, 10), clock);
        clock.Ticks = TimeSpan.FromHours(10).Ticks;
        Take(buckets, 1, 10);

        clock.Ticks = TimeSpan.FromHours(1).Ticks;
        Assert.False(buckets.Take(1).Allowed);
        Assert.True(buckets.Take(2).Allowed);
        clock.Ticks += TimeSpan.FromSeconds(1).Ticks;
        Assert.True(buckets.Take(1).Allowed);
    }

    [Fact]
    public async Task Requests_at_the_same_time_get_no_more_than_the_bucket_holds()
    {
        var buckets = Buckets(500, TimeSpan.FromHours(1));

        var allowed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Take(buckets, 1, 500).Count(one => one))));

        Assert.Equal(500, allowed.Sum());
    }

    [Fact]
    public void Largest_limits_that_can_be_written_do_not_overflow()
    {
        Assert.Equal(999_999, Buckets(1, TimeSpan.FromHours(24), burst: 1_000_000).Take(1).Remaining);
        Assert.True(Buckets(1_000_000, TimeSpan.FromSeconds(1)).Take(1).Allowed);
    }

    private BucketTable Buckets(int requests, TimeSpan per, int? burst = null, int places = BucketTable.UsualPlaces) =>
        new(new RateLimit(requests, per, RateLimitBy.Address, burst ?? requests), _clock, places);

    private static List<bool> Take(BucketTable buckets, ulong caller, int times) => [.. Enumerable.Range(0, times).Select(_ => buckets.Take(caller).Allowed)];

    private sealed class SetBackClock : TimeProvider
    {
        public long Ticks { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;
    }
}
