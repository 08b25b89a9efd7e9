using AuthProxy.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace AuthProxy.Jose.Tests;

public class VerifiedTokenCacheTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public void What_was_added_is_found_until_it_expires()
    {
        var cache = new VerifiedTokenCache<string>(_clock);
        Add(cache, "t", seconds: 60);
        _clock.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromTicks(1));
        Assert.True(cache.TryGet(Hash("t"), out var value));
        Assert.Equal("t", value);

        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.False(cache.TryGet(Hash("t"), out _));
    }

    [Fact]
    public void Answer_is_not_repeated_longer_than_the_maximum_age()
    {
        var cache = new VerifiedTokenCache<string>(_clock, new VerifiedTokenCacheOptions { MaximumAge = TimeSpan.FromSeconds(10) });
        Add(cache, "t", seconds: 3600);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.False(cache.TryGet(Hash("t"), out _));
    }

    [Fact]
    public void What_has_expired_already_is_not_kept()
    {
        var cache = new VerifiedTokenCache<string>(_clock);
        Add(cache, "t", seconds: 0);
        Assert.Equal((0, 0L), (cache.Count, cache.Bytes));
    }

    [Fact]
    public void Value_larger_than_the_whole_cache_is_not_kept()
    {
        var cache = new VerifiedTokenCache<string>(_clock, new VerifiedTokenCacheOptions { MaximumBytes = 1000 });
        Add(cache, "small");
        Add(cache, "t", bytes: 1001);
        Assert.Equal(1, cache.Count);
        Assert.True(cache.TryGet(Hash("small"), out _));
    }

    [Fact]
    public void Tokens_in_use_stay_when_room_is_made()
    {
        var cache = new VerifiedTokenCache<string>(_clock, new VerifiedTokenCacheOptions { MaximumCount = 10 });
        for (var i = 0; i < 10; i++)
        {
            Add(cache, $"old{i}");
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.True(cache.TryGet(Hash("old3"), out _));
            Add(cache, $"new{i}");
        }

        Assert.Equal(10, cache.Count);
        Assert.False(cache.TryGet(Hash("old4"), out _));
    }

    [Fact]
    public void Same_token_added_again_counts_once()
    {
        var cache = new VerifiedTokenCache<string>(_clock);
        Add(cache, "t", bytes: 100);
        var bytes = cache.Bytes;
        Add(cache, "t", bytes: 100);
        Assert.Equal((1, bytes), (cache.Count, cache.Bytes));
    }

    [Fact]
    public void Clear_forgets_everything_and_what_was_verified_before_it()
    {
        var cache = new VerifiedTokenCache<string>(_clock);
        var epoch = cache.Epoch;
        Add(cache, "t");
        cache.Clear();
        Assert.False(cache.TryGet(Hash("t"), out _));
        Assert.Equal((0, 0L), (cache.Count, cache.Bytes));

        cache.Add(Hash("late"), "late", _clock.GetUtcNow().AddSeconds(60), 10, epoch);
        Assert.False(cache.TryGet(Hash("late"), out _));
    }

    [Fact]
    public void Bounds_hold_after_every_sequence_of_steps() =>
        Prop.ForAll<byte[]>(steps =>
        {
            var options = new VerifiedTokenCacheOptions { MaximumCount = 5, MaximumBytes = 3000 };
            var cache = new VerifiedTokenCache<string>(_clock, options);
            foreach (var step in steps)
            {
                Step(cache, step);
                if (cache.Count > options.MaximumCount || cache.Bytes > options.MaximumBytes || cache.Bytes < 0 || (cache.Count == 0 && cache.Bytes != 0))
                {
                    return false;
                }
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Many_threads_keep_the_bounds_and_never_meet_a_foreign_value()
    {
        var cache = new VerifiedTokenCache<string>(_clock, new VerifiedTokenCacheOptions { MaximumCount = 50 });
        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var token = $"t{i % 97}";
            if (cache.TryGet(Hash(token), out var value))
            {
                Assert.Equal(token, value);
            }
            else
            {
                Add(cache, token);
            }
        });
        Assert.InRange(cache.Count, 1, 50);
    }

    private void Step(VerifiedTokenCache<string> cache, byte step)
    {
        switch (step % 8)
        {
            case 0:
                _clock.Advance(TimeSpan.FromSeconds(step));
                break;
            case 1 or 2:
                cache.TryGet(Hash($"{step % 13}"), out _);
                break;
            case 3 when step > 240:
                cache.Clear();
                break;
            default:
                Add(cache, $"{step % 13}", step + 1, step * 10);
                break;
        }
    }

    private void Add(VerifiedTokenCache<string> cache, string token, int seconds = 60, int bytes = 10) =>
        cache.Add(Hash(token), token, _clock.GetUtcNow().AddSeconds(seconds), bytes, cache.Epoch);

    private static TokenHash Hash(string token) => TokenHash.TryCompute(token, out var hash) ? hash : throw new InvalidOperationException();
}
