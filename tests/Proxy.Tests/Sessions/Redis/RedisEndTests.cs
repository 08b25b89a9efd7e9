using System.Globalization;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions.Redis;

/// <summary>What an end does not wait for, and what does not undo it.</summary>
public class RedisEndTests
{
    [Fact]
    public async Task Others_are_told_of_an_end_before_its_replicas_are_waited_for()
    {
        await using var master = await RedisServer.StartAsync();
        await using var replica = await FollowingAsync(master);
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(master));
        await redis.UntilConnectedAsync();
        await redis.Store.EndAsync(RedisConnectionTests.End("before"), default);
        replica.Process.Pause();
        var (stood, before, whenTold) = (false, await WaitsAsync(master), -1);

        await redis.Store.EndAsync(
            RedisConnectionTests.End("s1") with
            {
                OnceItStands = async () => (stood, whenTold) = (await redis.Store.IsEndedAsync("s1", default), await WaitsAsync(master)),
            },
            default);

        replica.Process.Resume();
        Assert.True(stood);
        Assert.Equal((before, before + 1), (whenTold, await WaitsAsync(master)));
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

    // How often the server has waited for its replicas.
    private static async Task<int> WaitsAsync(RedisServer server)
    {
        const string Calls = "cmdstat_wait:calls=";
        var told = await server.AskAsync("INFO", "commandstats");
        var at = told.IndexOf(Calls, StringComparison.Ordinal);
        return at < 0 ? 0 : int.Parse(told.AsSpan(at + Calls.Length, told.IndexOf(',', at) - at - Calls.Length), CultureInfo.InvariantCulture);
    }

    private static async Task<int> ConnectionsAsync(RedisServer server) =>
        (await server.AskAsync("CLIENT", "LIST")).Split("name=authproxy").Length - 1;
}
