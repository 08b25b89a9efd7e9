using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions.Redis;

public class RedisClusterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Sessions_are_spread_over_the_nodes_and_each_is_found()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(cluster));
        foreach (var sid in Sids)
        {
            Assert.NotNull(await redis.Store.FindAsync(await RedisFailoverTests.CreateAsync(redis, sid), default));
        }

        foreach (var node in cluster.Nodes)
        {
            Assert.NotEqual("0", await node.AskAsync("DBSIZE"));
        }
    }

    [Fact]
    public async Task Session_whose_slot_has_moved_is_found_where_it_is_now()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(cluster), "moving");
        var cookie = await RedisFailoverTests.CreateAsync(redis, "s1");
        var key = redis.Connection.Keys.Session("s1").ToString();
        var slot = int.Parse(await cluster.Nodes[0].AskAsync("CLUSTER", "KEYSLOT", key), System.Globalization.CultureInfo.InvariantCulture);
        var from = cluster.Nodes[slot * 3 / 16384];

        await cluster.MoveSlotAsync(slot, from, cluster.Nodes.First(node => node != from));

        Assert.NotNull(await redis.Store.FindAsync(cookie, default));
        Assert.True(await redis.Store.EndAsync(RedisConnectionTests.End("s1"), default));
    }

    [Fact]
    public async Task Node_that_is_killed_takes_only_its_own_sessions_along_until_it_is_back()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(cluster), "killed", new FakeClock());
        await redis.UntilConnectedAsync();
        var (lost, living) = await OneOnAndOneOffAsync(redis, cluster.Nodes[1]);

        await cluster.Nodes[1].CrashAsync();
        for (var i = 0; i < 20; i++)
        {
            Assert.False(await redis.Store.IsEndedAsync(living, default));
            await redis.FailsAtOnceAsync(lost);
            redis.Turn(TimeSpan.FromMilliseconds(100));
            await Task.Delay(20);
        }

        await cluster.Nodes[1].StartAgainAsync();
        Assert.False(await RedisConnectionTests.EventuallyAsync(redis, Patience, lost));
    }

    [Fact]
    public async Task Node_that_is_stopped_fails_its_own_sessions_at_once_and_no_others()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(cluster), "stopped", new FakeClock());
        await redis.UntilConnectedAsync();
        var (lost, living) = await OneOnAndOneOffAsync(redis, cluster.Nodes[1]);

        cluster.Nodes[1].Process.Pause();

        // Long enough for the silence to be taken for a broken network, and the connection to be made anew.
        for (var i = 0; i < 80; i++)
        {
            Assert.False(await redis.Store.IsEndedAsync(living, default));
            await redis.FailsWithinItsLimitAsync(lost);
            redis.Turn(TimeSpan.FromMilliseconds(100));
            await Task.Delay(20);
        }

        cluster.Nodes[1].Process.Resume();
        Assert.False(await RedisConnectionTests.EventuallyAsync(redis, Patience, lost));
    }

    private static IEnumerable<string> Sids => Enumerable.Range(0, 32).Select(i => $"s{i}");

    // A session that lies on the node, and one that does not.
    private static async Task<(string On, string Off)> OneOnAndOneOffAsync(OpenRedis redis, RedisServer node)
    {
        var (first, last) = (16384 / 3, (16384 * 2 / 3) - 1);
        var slots = new Dictionary<string, int>();
        foreach (var sid in Sids)
        {
            slots[sid] = int.Parse(await node.AskAsync("CLUSTER", "KEYSLOT", redis.Connection.Keys.Session(sid).ToString()), System.Globalization.CultureInfo.InvariantCulture);
        }

        return (slots.First(pair => pair.Value >= first && pair.Value <= last).Key, slots.First(pair => pair.Value < first || pair.Value > last).Key);
    }
}
