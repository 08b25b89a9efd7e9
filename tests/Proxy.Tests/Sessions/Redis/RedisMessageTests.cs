using System.Collections.Concurrent;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions.Redis;

public class RedisMessageTests
{
    [Fact]
    public async Task Message_reaches_every_replica_of_the_realm_and_no_other()
    {
        await using var server = await RedisServer.StartAsync();
        await using var first = await OpenRedis.StartAsync(OpenRedis.Settings(server), "one");
        await using var second = await OpenRedis.StartAsync(OpenRedis.Settings(server), "one");
        await using var stranger = await OpenRedis.StartAsync(OpenRedis.Settings(server), "two");
        var (atFirst, atSecond, atStranger) = (await ListenAsync(first), await ListenAsync(second), await ListenAsync(stranger));

        await first.Connection.PublishAsync("news", [1, 0, 255], default);

        await UntilAsync(() => !atFirst.IsEmpty && !atSecond.IsEmpty);
        Assert.Equal([1, 0, 255], atSecond.Single());
        Assert.Empty(atStranger);
    }

    [Fact]
    public async Task Messages_come_in_the_order_in_which_they_were_published()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(server));
        var heard = await ListenAsync(redis);

        for (byte i = 0; i < 100; i++)
        {
            await redis.Connection.PublishAsync("news", [i], default);
        }

        await UntilAsync(() => heard.Count == 100);
        Assert.Equal(Enumerable.Range(0, 100), heard.Select(message => (int)message[0]));
    }

    [Fact]
    public async Task Subscription_outlives_a_restart_and_the_loss_is_told()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(server));
        var heard = await ListenAsync(redis);
        await redis.UntilConnectedAsync();
        var states = new ConcurrentQueue<bool>();
        redis.Connection.Changed += states.Enqueue;

        await server.CrashAsync();
        await redis.UntilConnectedAsync(false);
        await server.StartAgainAsync();
        await redis.UntilConnectedAsync();
        for (var i = 0; i < 500 && heard.IsEmpty; i++)
        {
            // A connection stands a moment before its subscriptions do; who was told of the loss asks the store.
            await redis.Connection.PublishAsync("news", [7], default);
            await Task.Delay(10);
        }

        Assert.False(heard.IsEmpty);

        // That the first connection stands may have been told a moment after it did.
        Assert.Equal([false, true], states.SkipWhile(isConnected => isConnected));
    }

    private static async Task<ConcurrentQueue<byte[]>> ListenAsync(OpenRedis redis)
    {
        var heard = new ConcurrentQueue<byte[]>();
        await redis.Connection.SubscribeAsync("news", heard.Enqueue, default);
        await redis.UntilConnectedAsync();
        return heard;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 500 && !condition(); i++)
        {
            await Task.Delay(10);
        }

        Assert.True(condition());
    }
}
