using System.Diagnostics;
using System.Security.Cryptography;
using AuthProxy.Proxy.Sessions;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions.Redis;

/// <summary>What becomes of sessions and their ends when the master dies.</summary>
public class RedisFailoverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Sessions_outlive_the_master_and_no_acknowledged_end_is_undone()
    {
        await using var sentinels = await RedisSentinels.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(sentinels), "failover");
        var (living, ended) = (await CreateAsync(redis, "living"), await CreateAsync(redis, "ended"));
        var master = await sentinels.MasterAsync();

        Assert.True(await redis.Store.EndAsync(RedisConnectionTests.End("ended"), default));
        await master.CrashAsync();
        await sentinels.WaitForFailoverAsync(master);

        // A process that knows nothing of what was: only the store speaks.
        await using var other = await OpenRedis.StartAsync(OpenRedis.Settings(sentinels), "failover");
        Assert.True(await RedisConnectionTests.EventuallyAsync(other, Patience, "ended"));
        Assert.Null(await other.Store.FindAsync(ended, default));
        Assert.NotNull(await other.Store.FindAsync(living, default));
        await RedisConnectionTests.EventuallyAsync(redis, Patience);
        Assert.NotNull(await redis.Store.FindAsync(living, default));
    }

    [Fact]
    public async Task End_that_no_replica_has_heard_of_is_repeated_before_the_new_master_is_asked_anything()
    {
        await using var sentinels = await RedisSentinels.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(sentinels));
        var cookie = await CreateAsync(redis, "ended");
        var master = await sentinels.MasterAsync();
        await master.AskAsync("WAIT", "2", "5000");
        var replicas = sentinels.Servers.Where(server => server != master).ToList();

        replicas.ForEach(replica => replica.Process.Pause());
        Assert.True(await redis.Store.EndAsync(RedisConnectionTests.End("ended"), default));
        await master.CrashAsync();
        replicas.ForEach(replica => replica.Process.Resume());
        await sentinels.WaitForFailoverAsync(master);

        Assert.True(await RedisConnectionTests.EventuallyAsync(redis, Patience, "ended"));
        Assert.Null(await redis.Store.FindAsync(cookie, default));
    }

    [Fact]
    public async Task Primary_of_a_cluster_that_dies_undoes_no_acknowledged_end()
    {
        await using var cluster = await RedisCluster.StartAsync(replicated: true);
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(cluster), "failover");
        var (living, ended) = (await CreateAsync(redis, "living"), await CreateAsync(redis, "ended"));
        var holder = await cluster.HolderOfAsync("ended");

        Assert.True(await redis.Store.EndAsync(RedisConnectionTests.End("ended"), default));
        await holder.CrashAsync();
        await cluster.WaitForFailoverAsync(holder);

        // A process that knows nothing of what was: only the store speaks.
        await using var other = await OpenRedis.StartAsync(OpenRedis.Settings(cluster), "failover");
        Assert.True(await RedisConnectionTests.EventuallyAsync(other, Patience, "ended"));
        Assert.Null(await other.Store.FindAsync(ended, default));
        await RedisConnectionTests.EventuallyAsync(other, Patience, "living");
        Assert.NotNull(await other.Store.FindAsync(living, default));
    }

    [Fact]
    public async Task End_that_no_replica_has_heard_of_is_not_undone_by_the_new_primary_of_a_cluster()
    {
        await using var cluster = await RedisCluster.StartAsync(replicated: true);
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(cluster), "unheard");
        var cookie = await CreateAsync(redis, "ended");
        var holder = await cluster.HolderOfAsync("ended");
        await holder.AskAsync("WAIT", "1", "5000");

        cluster.ReplicaOf(holder).Process.Pause();
        Assert.True(await redis.Store.EndAsync(RedisConnectionTests.End("ended"), default));
        await holder.CrashAsync();
        cluster.ReplicaOf(holder).Process.Resume();
        await cluster.WaitForFailoverAsync(holder);

        // The very first answer of the new primary, and then the store itself, for whoever remembers nothing.
        Assert.True(await RedisConnectionTests.EventuallyAsync(redis, Patience, "ended"));
        Assert.Null(await redis.Store.FindAsync(cookie, default));
        await using var other = await OpenRedis.StartAsync(OpenRedis.Settings(cluster), "unheard");
        for (var begun = Stopwatch.GetTimestamp(); !await RedisConnectionTests.EventuallyAsync(other, Patience, "ended");)
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < Patience, "the end was not repeated");
            await Task.Delay(50);
        }

        Assert.Null(await other.Store.FindAsync(cookie, default));
    }

    [Fact]
    public async Task Former_master_that_comes_back_is_not_asked_although_it_still_calls_itself_master()
    {
        await using var sentinels = await RedisSentinels.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(sentinels));
        await redis.UntilConnectedAsync();
        var master = await sentinels.MasterAsync();
        await master.CrashAsync();
        await sentinels.WaitForFailoverAsync(master);
        Assert.False(await RedisConnectionTests.EventuallyAsync(redis, Patience));

        await master.StartAgainAsync();
        for (var i = 0; i < 30; i++)
        {
            await redis.Store.EndAsync(RedisConnectionTests.End($"s{i}"), default);
            await Task.Delay(50);
        }

        for (var i = 0; i < 30; i++)
        {
            Assert.True(await redis.Store.IsEndedAsync($"s{i}", default));
        }
    }

    [Fact]
    public async Task Sentinels_that_are_down_change_nothing_about_a_master_that_is_up()
    {
        await using var sentinels = await RedisSentinels.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(sentinels));
        await redis.UntilConnectedAsync();

        foreach (var sentinel in sentinels.Sentinels)
        {
            await sentinel.CrashAsync();
        }

        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.False(await redis.Store.IsEndedAsync("s1", default));
    }

    [Fact]
    public async Task Ends_that_another_replica_told_of_are_repeated_too()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(server));
        await redis.UntilConnectedAsync();
        redis.Recent.Handle(new Proxy.Sessions.News.SessionNews.Ended("theirs", DateTimeOffset.UtcNow.AddHours(1)));

        // Without data on disk a restart is a server that has forgotten everything.
        await server.CrashAsync();
        await redis.UntilConnectedAsync(false);
        await server.StartAgainAsync();

        Assert.True(await RedisConnectionTests.EventuallyAsync(redis, Patience, "theirs"));
    }

    [Fact]
    public async Task Fence_of_a_lease_grows_also_over_a_failover_that_has_forgotten_the_last_one()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(server));
        await CreateAsync(redis, "s1");
        var before = await redis.Store.TryLeaseAsync("s1", DateTimeOffset.UtcNow, TimeSpan.FromSeconds(10), default);
        await server.AskAsync("FLUSHALL");
        await CreateAsync(redis, "s1");

        var after = await redis.Store.TryLeaseAsync("s1", DateTimeOffset.UtcNow, TimeSpan.FromSeconds(10), default);

        Assert.True(after!.Fence > before!.Fence);
        Assert.False(await redis.Store.RenewLeaseAsync(before, DateTimeOffset.UtcNow, TimeSpan.FromSeconds(20), default));
    }

    [Fact]
    public async Task Mark_of_ended_bearers_that_a_failover_has_forgotten_is_repeated_by_whoever_has_read_it()
    {
        await using var server = await RedisServer.StartAsync();
        await using var reader = await OpenRedis.StartAsync(OpenRedis.Settings(server), "marks");
        var mark = new StoredNotBefore(Key(), [1], DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds()));
        await using (var writer = await OpenRedis.StartAsync(OpenRedis.Settings(server), "marks"))
        {
            await writer.UntilConnectedAsync();
            await writer.Store.AddNotBeforeAsync(mark, default);
        }

        await reader.UntilConnectedAsync();
        await reader.Store.ListNotBeforeAsync(0, 10, default);
        await server.CrashAsync();
        await reader.UntilConnectedAsync(false);
        await server.StartAgainAsync();

        await RedisConnectionTests.EventuallyAsync(reader, Patience);
        Assert.Equal(mark.Key, Assert.Single((await reader.Store.ListNotBeforeAsync(0, 10, default)).Items).Key);
    }

    [Fact]
    public async Task Mark_of_ended_bearers_that_was_acknowledged_outlives_the_master()
    {
        await using var sentinels = await RedisSentinels.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(sentinels), "marks");
        await redis.UntilConnectedAsync();
        var mark = new StoredNotBefore(Key(), [1], DateTimeOffset.UtcNow.AddHours(1));
        var master = await sentinels.MasterAsync();

        await redis.Store.AddNotBeforeAsync(mark, default);
        await master.CrashAsync();
        await sentinels.WaitForFailoverAsync(master);

        await using var other = await OpenRedis.StartAsync(OpenRedis.Settings(sentinels), "marks");
        await RedisConnectionTests.EventuallyAsync(other, Patience);
        Assert.Equal(mark.Key, Assert.Single((await other.Store.ListNotBeforeAsync(0, 10, default)).Items).Key);
    }

    [Fact]
    public async Task Lease_goes_by_the_servers_clock_whatever_the_callers_say()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(server));
        await CreateAsync(redis, "s1");
        var (slow, fast) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        var held = await redis.Store.TryLeaseAsync("s1", slow, TimeSpan.FromSeconds(10), default);

        Assert.Null(await redis.Store.TryLeaseAsync("s1", fast, TimeSpan.FromSeconds(10), default));
        Assert.True(await redis.Store.RenewLeaseAsync(held!, slow, TimeSpan.FromSeconds(10), default));
        Assert.Null(await redis.Store.TryLeaseAsync("s1", fast, TimeSpan.FromSeconds(10), default));
        await redis.Store.ReleaseLeaseAsync(held!, default);
        Assert.NotNull(await redis.Store.TryLeaseAsync("s1", slow, TimeSpan.FromSeconds(10), default));
    }

    internal static async Task<StoreKey> CreateAsync(OpenRedis redis, string sid)
    {
        await redis.UntilConnectedAsync();
        var now = DateTimeOffset.UtcNow;
        var cookie = new StoredCookie(CookieSecret.New(sid).StoreKey, sid, "app.example.com", [1]);
        var index = new SessionIndex(sid, Key(), null, now, now.AddHours(12), now.AddHours(1), now, [2]);
        await redis.Store.CreateAsync(index, [3], cookie, default);
        return cookie.Key;
    }

    internal static StoreKey Key() => StoreKey.From(RandomNumberGenerator.GetBytes(32));
}
