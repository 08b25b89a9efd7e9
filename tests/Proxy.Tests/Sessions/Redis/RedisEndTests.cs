using System.Diagnostics;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions.Redis;

/// <summary>What an end does not wait for, and what does not undo it.</summary>
public class RedisEndTests
{
    private static readonly TimeSpan WaitedForReplicas = TimeSpan.FromMilliseconds(250);

    [Fact]
    public async Task Others_are_told_of_an_end_while_its_replicas_are_still_waited_for()
    {
        await using var master = await RedisServer.StartAsync();
        await using var replica = await FollowingAsync(master);
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(master));
        await redis.UntilConnectedAsync();
        await redis.Store.EndAsync(RedisConnectionTests.End("before"), default);
        replica.Process.Pause();
        var (stood, told) = (false, 0L);

        await redis.Store.EndAsync(
            RedisConnectionTests.End("s1") with
            {
                OnceItStands = async () => (stood, told) = (await redis.Store.IsEndedAsync("s1", default), Stopwatch.GetTimestamp()),
            },
            default);

        var waited = Stopwatch.GetElapsedTime(told);
        replica.Process.Resume();
        Assert.True(stood);
        Assert.InRange(waited, WaitedForReplicas * 0.8, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Ends_that_come_together_open_one_connection_to_wait_on()
    {
        await using var master = await RedisServer.StartAsync();
        await using var replica = await FollowingAsync(master);
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(master));
        await redis.UntilConnectedAsync();
        var before = await ConnectionsAsync(master);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => redis.Store.EndAsync(RedisConnectionTests.End($"s{number}"), default).AsTask()));

        Assert.Equal(before + 1, await ConnectionsAsync(master));
    }

    [Fact]
    public async Task List_that_cannot_be_cleared_up_undoes_no_end()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(server));
        await redis.UntilConnectedAsync();
        var clock = TimeProvider.System;
        var (session, cookie) = await Some.Sessions(clock, redis.Store).BeginAsync(Some.Login(), Some.Host, default);
        foreach (var key in Some.LookupKeys(clock))
        {
            await server.AskAsync("SET", redis.Connection.Keys.Lookup(key).ToString(), "no list");
        }

        Assert.True(await redis.Store.EndAsync(RedisConnectionTests.End(session.Sid), default));

        Assert.Null(await redis.Store.FindAsync(cookie.StoreKey, default));
    }

    private static async Task<RedisServer> FollowingAsync(RedisServer master)
    {
        var replica = await RedisServer.StartAsync(null, false, "--replicaof", "127.0.0.1", $"{master.Port}");
        for (var tries = 0; tries < 500 && !(await master.AskAsync("INFO", "replication")).Contains("state=online", StringComparison.Ordinal); tries++)
        {
            await Task.Delay(20);
        }

        return replica;
    }

    private static async Task<int> ConnectionsAsync(RedisServer server) =>
        (await server.AskAsync("CLIENT", "LIST")).Split("name=authproxy").Length - 1;
}
