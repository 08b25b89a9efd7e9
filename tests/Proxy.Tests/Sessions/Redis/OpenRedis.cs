using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Redis;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Sessions.Redis;

/// <summary>A connection and a store as one replica has them; stores of the same realm share what they keep.</summary>
internal sealed class OpenRedis : IAsyncDisposable
{
    /// <summary>How long one call may take.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TimeProvider _clock;

    private OpenRedis(RedisSettings settings, string realm, TimeProvider clock)
    {
        _clock = clock;
        var client = RedisExtensions.ClientOf(settings, realm, clock, Metrics);
        Connection = new RedisConnection(client, NullLogger<RedisConnection>.Instance);
        Recent = new RecentEnds(Connection, settings.WaitReplicas, NullLogger<RecentEnds>.Instance);
        Marks = new RecentMarks(Connection, settings.WaitReplicas, NullLogger<RecentMarks>.Instance);
        Store = new RedisSessionStore(Connection, Recent, Marks, NullLogger<RedisSessionStore>.Instance);
    }

    public RedisMetrics Metrics { get; } = new();

    public RedisConnection Connection { get; }

    public RecentEnds Recent { get; }

    public RecentMarks Marks { get; }

    public RedisSessionStore Store { get; }

    public static async Task<OpenRedis> StartAsync(RedisSettings settings, string? realm = null, TimeProvider? clock = null)
    {
        var open = new OpenRedis(settings, realm ?? NewRealm(), clock ?? TimeProvider.System);
        await open.Connection.StartAsync(default);
        return open;
    }

    /// <summary>A realm of its own keeps tests on one server apart.</summary>
    public static string NewRealm() => $"test-{Guid.NewGuid():n}";

    public static RedisSettings Settings(RedisServer server, string? password = null, RedisTlsSettings? tls = null) =>
        new([new RedisEndpoint("127.0.0.1", server.Port)], false, null, SecretOf(password), 0, "authproxy", TimeLimit, 1, tls);

    public static RedisSettings Settings(RedisSentinels sentinels) => new(
        [], false,
        new RedisSentinelSettings(RedisSentinels.MasterName, [.. sentinels.Sentinels.Select(one => new RedisEndpoint("127.0.0.1", one.Port))], SecretOf(RedisSentinels.SentinelPassword)),
        SecretOf(RedisSentinels.Password), 0, "authproxy", TimeLimit, 1, null);

    public static RedisSettings Settings(RedisCluster cluster) => new(
        [.. cluster.Nodes.Select(node => new RedisEndpoint("127.0.0.1", node.Port))], true, null, null, 0, "authproxy", TimeLimit, 1, null);

    /// <summary>Turns a fake clock; a real one goes by itself.</summary>
    public void Turn(TimeSpan by) => (_clock as FakeClock)?.Advance(by);

    /// <summary>A call on a session fails although the clock stands still: it waits for no time limit.</summary>
    public async Task FailsAtOnceAsync(string sid = "s1")
    {
        Assert.IsType<FakeClock>(_clock);
        await Assert.ThrowsAsync<SessionStoreException>(async () => await Store.IsEndedAsync(sid, default)).WaitAsync(Patience);
    }

    /// <summary>A call on a session fails by the time that its limit is over, if not before.</summary>
    public async Task FailsWithinItsLimitAsync(string sid = "s1")
    {
        Assert.IsType<FakeClock>(_clock);
        var call = Store.IsEndedAsync(sid, default).AsTask();
        if (!call.IsCompleted)
        {
            Turn(TimeLimit);
        }

        await Assert.ThrowsAsync<SessionStoreException>(() => call).WaitAsync(Patience);
    }

    public async Task UntilConnectedAsync(bool connected = true)
    {
        for (var i = 0; i < 2000 && Connection.IsConnected != connected; i++)
        {
            // For what waits for its next try.
            Turn(Tick);
            await Task.Delay(10);
        }

        Assert.Equal(connected, Connection.IsConnected);
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.StopAsync(default);
        Connection.Dispose();
        Metrics.Dispose();
    }

    private static Secret? SecretOf(string? text) => text is null ? null : Secret.FromText(text);
}
