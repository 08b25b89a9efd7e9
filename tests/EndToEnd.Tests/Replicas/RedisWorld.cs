using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Replicas;

/// <summary>Two replicas over a real Redis that have heard of each other, and a way to ask each of them.</summary>
internal sealed class RedisWorld : IAsyncDisposable
{
    private RedisWorld(RedisServer redis, ReplicaWorld world) => (Redis, World, Ask) = (redis, world, new ReplicaRequests(world));

    public RedisServer Redis { get; }

    public ReplicaWorld World { get; }

    public ReplicaRequests Ask { get; }

    /// <param name="keepsData">Whether a restart of Redis finds what was written.</param>
    /// <param name="sessions">More of the settings of sessions, as flow members behind a comma.</param>
    public static async Task<RedisWorld> StartAsync(bool keepsData = false, string sessions = "")
    {
        var redis = await RedisServer.StartAsync(keepsData: keepsData);
        var started = new RedisWorld(redis, await ReplicaWorld.StartAsync(2, StoreIn(redis) + sessions));
        await started.Ask.UntilModeAsync("confirmed");
        return started;
    }

    /// <summary>The store's settings, as flow members of those of sessions.</summary>
    public static string StoreIn(RedisServer redis) => $"store: redis, redis: {{ endpoints: [\"{redis.Address}\"] }}";

    public async ValueTask DisposeAsync()
    {
        Ask.Dispose();
        await World.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
