using System.Collections.Concurrent;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.News;
using AuthProxy.Proxy.Sessions.Redis;
using AuthProxy.Proxy.Tests.Sessions.News;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Sessions.Redis;

public sealed class RedisNewsTests(PlainRedis redis) : IClassFixture<PlainRedis>
{
    private readonly string _realm = OpenRedis.NewRealm();

    [Fact]
    public async Task What_one_replica_says_another_hears() => await HearsAsync(OpenRedis.Settings(redis.Server));

    [Fact]
    public async Task Replica_whose_messages_were_cut_off_notices_and_is_confirmed_again_by_itself()
    {
        await using var a = await Talking.StartAsync(OpenRedis.Settings(redis.Server), _realm);
        await using var b = await Talking.StartAsync(OpenRedis.Settings(redis.Server), _realm);
        await UntilAsync(() => a.IsConfirmed && b.IsConfirmed);
        var gaps = b.Listening.Gaps;

        await redis.Server.AskAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await a.Exchange.PublishAsync(new SessionNews.Changed("s"), default);

        await UntilAsync(() => b.Listening.Gaps > gaps || b.Listening.Heard.Count > 0);
        await UntilAsync(() => a.IsConfirmed && b.IsConfirmed);
    }

    [Fact]
    public async Task Whoever_can_publish_but_lacks_the_realms_key_is_heard_by_nobody()
    {
        await using var a = await Talking.StartAsync(OpenRedis.Settings(redis.Server), _realm);
        await using var b = await Talking.StartAsync(OpenRedis.Settings(redis.Server), _realm);
        await UntilAsync(() => a.IsConfirmed && b.IsConfirmed);
        var forger = new NewsSealer(Some.Keys(TimeProvider.System, "bank", (1, Some.Bytes(9))));

        for (var times = 1; times <= 1000; times++)
        {
            await a.Redis.Connection.PublishAsync(
                "news", forger.Seal(new NewsMessage(PublisherId.New(), times, 0, NewsMessageKind.Ended, new SessionNews.Ended("s", DateTimeOffset.MaxValue))), default);
        }

        var gaps = b.Listening.Gaps;
        await a.Exchange.PublishAsync(new SessionNews.Changed("last"), default);
        await UntilAsync(() => b.Listening.Heard.Count > 0 || b.Listening.Gaps > gaps);
        Assert.All(b.Listening.Heard, heard => Assert.Equal(new SessionNews.Changed("last"), heard));
    }

    [Fact]
    public async Task Message_that_is_sent_again_by_somebody_who_recorded_it_is_heard_by_nobody()
    {
        await using var a = await Talking.StartAsync(OpenRedis.Settings(redis.Server), _realm);
        await using var b = await Talking.StartAsync(OpenRedis.Settings(redis.Server), _realm);
        await UntilAsync(() => a.IsConfirmed && b.IsConfirmed);
        var recorded = new ConcurrentQueue<byte[]>();
        await a.Redis.Connection.SubscribeAsync("news", recorded.Enqueue, default);
        await UntilAsync(() => !recorded.IsEmpty);
        await a.Exchange.PublishAsync(new SessionNews.Changed("s"), default);
        await UntilAsync(() => recorded.Count >= 8);
        var heard = b.Listening.Heard.Count;

        foreach (var message in recorded.ToArray())
        {
            await a.Redis.Connection.PublishAsync("news", message, default);
        }

        await UntilAsync(() => recorded.Count >= 20);
        Assert.Equal(heard, b.Listening.Heard.Count);
    }

    [Fact]
    public async Task Stranger_on_the_roll_keeps_everybody_asking_and_is_forgotten_when_it_is_gone()
    {
        await using var a = await Talking.StartAsync(OpenRedis.Settings(redis.Server), _realm);
        await UntilAsync(() => a.IsConfirmed);
        var roll = a.Redis.Connection.Keys.Of(0) + "roll";

        await redis.Server.AskAsync("ZADD", roll, "9999999999999", "sixteen-bytes-id");
        await redis.Server.AskAsync("ZADD", roll, "9999999999999", "of another length");
        await UntilAsync(() => !a.IsConfirmed);

        await redis.Server.AskAsync("ZREM", roll, "sixteen-bytes-id");
        await UntilAsync(() => a.IsConfirmed);
    }

    [Fact]
    public async Task Member_of_the_roll_that_is_no_id_is_taken_off_and_sent_to_nobody()
    {
        await using var a = await Talking.StartAsync(OpenRedis.Settings(redis.Server), _realm);
        await UntilAsync(() => a.IsConfirmed);
        var roll = a.Redis.Connection.Keys.Of(0) + "roll";

        await redis.Server.AskAsync("EVAL", "return redis.call('ZADD', KEYS[1], 9999999999999, string.rep('x', 50000000))", "1", roll);
        var sent = await SentAsync();
        while (await redis.Server.AskAsync("ZCARD", roll) != "1")
        {
            await Task.Delay(20);
        }

        await UntilAsync(() => a.IsConfirmed);
        Assert.InRange(await SentAsync() - sent, 0, 5_000_000);
    }

    [Fact]
    public async Task Clock_that_is_not_the_stores_is_noticed_and_only_then()
    {
        await using var right = await Talking.StartAsync(OpenRedis.Settings(redis.Server), _realm);
        await using var fast = await Talking.StartAsync(OpenRedis.Settings(redis.Server), _realm, new ShiftedClock(TimeSpan.FromSeconds(30)));

        await UntilAsync(() => fast.Clock.IsApart && right.IsConfirmed);

        Assert.False(right.Clock.IsApart);
    }

    internal static async Task HearsAsync(RedisSettings settings)
    {
        var realm = OpenRedis.NewRealm();
        await using var a = await Talking.StartAsync(settings, realm);
        await using var b = await Talking.StartAsync(settings, realm);
        await UntilAsync(() => a.IsConfirmed && b.IsConfirmed);
        var news = new SessionNews.Ended("s", DateTimeOffset.FromUnixTimeMilliseconds(1));

        // On a machine that is busy enough a message may be lost, which is a gap.
        var gaps = b.Listening.Gaps;
        Assert.True(await a.Exchange.PublishAsync(news, default));
        await UntilAsync(() => b.Listening.Heard.Count == 1 || b.Listening.Gaps > gaps);
        Assert.All(b.Listening.Heard, heard => Assert.Equal(news, heard));

        // Whoever says goodbye is not waited for until it falls off the roll.
        await a.Exchange.StopAsync(default);
        await UntilAsync(() => b.IsConfirmed, NewsTimes.OnRoll / 2);
    }

    private static async Task UntilAsync(Func<bool> condition, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(30));
        while (!condition() && !limit.IsCancellationRequested)
        {
            await Task.Delay(10);
        }

        Assert.True(condition());
    }

    private async Task<long> SentAsync()
    {
        var stats = await redis.Server.AskAsync("INFO", "stats");
        var line = stats.Split("\r\n").Single(line => line.StartsWith("total_net_output_bytes:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A clock that somebody has set wrong.</summary>
    private sealed class ShiftedClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }

    /// <summary>A replica's voice and ear.</summary>
    private sealed class Talking : IAsyncDisposable
    {
        private readonly NewsStanding _standing = NewsStanding.OfChannel();

        private Talking(OpenRedis redis)
        {
            Redis = redis;
            Exchange = new NewsExchange(
                new RedisNewsChannel(redis.Connection, Clock), Some.Keys(TimeProvider.System), new NewsHandlers([Listening], NullLogger<NewsHandlers>.Instance),
                _standing, new NewsMetrics(), TimeProvider.System, NullLogger<NewsExchange>.Instance);
        }

        public OpenRedis Redis { get; }

        public Listening Listening { get; } = new();

        public StoreClock Clock { get; } = Some.StoreClock();

        public NewsExchange Exchange { get; }

        public bool IsConfirmed => _standing.IsConfirmed(TimeProvider.System.GetTimestamp());

        public static async Task<Talking> StartAsync(RedisSettings settings, string realm, TimeProvider? clock = null)
        {
            var talking = new Talking(await OpenRedis.StartAsync(settings, realm, clock));
            await talking.Exchange.StartAsync(default);
            return talking;
        }

        public async ValueTask DisposeAsync()
        {
            await Exchange.StopAsync(default);
            Exchange.Dispose();
            await Redis.DisposeAsync();
        }
    }
}

public sealed class ClusterNewsTests(ClusterRedis redis) : IClassFixture<ClusterRedis>
{
    [Fact]
    public async Task What_one_replica_says_another_hears() => await RedisNewsTests.HearsAsync(OpenRedis.Settings(redis.Cluster));
}

public sealed class SentinelNewsTests(SentinelRedis redis) : IClassFixture<SentinelRedis>
{
    [Fact]
    public async Task What_one_replica_says_another_hears() => await RedisNewsTests.HearsAsync(OpenRedis.Settings(redis.Sentinels));
}
