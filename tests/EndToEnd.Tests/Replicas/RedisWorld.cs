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
    /// <param name="redis">The server.</param>
    /// <param name="timeLimit">How long a call may take; null for the default.</param>
    public static string StoreIn(RedisServer redis, TimeSpan? timeLimit = null) =>
        $"store: redis, redis: {{ endpoints: [\"{redis.Address}\"]{(timeLimit is { } limit ? $", timeout: {limit.TotalSeconds:0}s" : "")} }}";

    public async ValueTask DisposeAsync()
    {
        Ask.Dispose();
        await World.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
