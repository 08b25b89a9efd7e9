using AuthProxy.Proxy.Remotes;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Remotes;

public class AnswerCacheTests
{
    private static readonly AnswerKey Key = AnswerKey.Of("key");

    private readonly FakeClock _clock = new();

    [Fact]
    public async Task Answer_is_used_again_until_its_time_is_over_and_not_a_moment_longer()
    {
        var cache = new AnswerCache<string>(_clock, 10);
        var asked = 0;

        await AskAsync(cache, Key, () => asked++);
        _clock.Advance(TimeSpan.FromSeconds(9.999));
        await AskAsync(cache, Key, () => asked++);
        Assert.Equal(1, asked);

        _clock.Advance(TimeSpan.FromSeconds(0.001));
        await AskAsync(cache, Key, () => asked++);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Answer_that_is_not_to_be_kept_is_asked_for_again()
    {
        var cache = new AnswerCache<string>(_clock, 10);
        var asked = 0;

        await AskAsync(cache, Key, () => asked++, TimeSpan.Zero);
        await AskAsync(cache, Key, () => asked++, TimeSpan.Zero);

        Assert.Equal((2, 0), (asked, cache.Count));
    }

    [Fact]
    public async Task Those_who_ask_the_same_at_the_same_time_wait_for_one_answer()
    {
        var cache = new AnswerCache<string>(_clock, 10);
        var pending = new TaskCompletionSource<string>();
        var asked = 0;
        ValueTask<string> Ask()
        {
            asked++;
            return new(pending.Task);
        }

        var waiting = Enumerable.Range(0, 50).Select(_ => cache.GetAsync(Key, Ask, _ => TimeSpan.Zero, CancellationToken.None).AsTask()).ToList();
        pending.SetResult("answer");

        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal("answer", answer));
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Whoever_asked_first_may_leave_and_the_others_still_get_the_answer()
    {
        var cache = new AnswerCache<string>(_clock, 10);
        var pending = new TaskCompletionSource<string>();
        using var leaving = new CancellationTokenSource();
        var first = cache.GetAsync(Key, () => new(pending.Task), _ => TimeSpan.FromSeconds(1), leaving.Token).AsTask();
        var second = cache.GetAsync(Key, () => throw new InvalidOperationException("asked twice"), _ => TimeSpan.FromSeconds(1), CancellationToken.None).AsTask();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        pending.SetResult("answer");

        Assert.Equal("answer", await second);
    }

    [Fact]
    public async Task Fault_reaches_all_who_wait_and_is_not_remembered()
    {
        var cache = new AnswerCache<string>(_clock, 10);

        await Assert.ThrowsAsync<IOException>(async () => await cache.GetAsync(Key, () => throw new IOException(), _ => TimeSpan.FromHours(1), CancellationToken.None));

        Assert.Equal("answer", await AskAsync(cache, Key));
    }

    [Fact]
    public async Task Flood_of_keys_never_holds_more_than_the_bound_and_leaves_what_is_used()
    {
        var cache = new AnswerCache<string>(_clock, 10);
        var asked = 0;
        await AskAsync(cache, Key, () => asked++);
        for (var number = 0; number < 1000; number++)
        {
            await AskAsync(cache, AnswerKey.Of("flood", $"{number}"));
            await AskAsync(cache, Key, () => asked++);
            Assert.InRange(cache.Count, 1, 10);
        }

        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Other_key_gets_another_answer()
    {
        var cache = new AnswerCache<string>(_clock, 10);
        await AskAsync(cache, Key);

        Assert.Equal("other", await cache.GetAsync(AnswerKey.Of("other"), () => new("other"), _ => TimeSpan.Zero, CancellationToken.None));
    }

    private static async Task<string> AskAsync(AnswerCache<string> cache, AnswerKey key, Action? asked = null, TimeSpan? keep = null) => await cache.GetAsync(
        key,
        () =>
        {
            asked?.Invoke();
            return new("answer");
        },
        _ => keep ?? TimeSpan.FromSeconds(10),
        CancellationToken.None);
}
