using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions.Redis;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Sessions.Redis;

/// <summary>A connection and a store as one replica has them; stores of the same realm share what they keep.</summary>
internal sealed class OpenRedis : IAsyncDisposable
{
    private OpenRedis(RedisSettings settings, string realm, TimeProvider clock)
    {
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
        new([new RedisEndpoint("127.0.0.1", server.Port)], false, null, SecretOf(password), 0, "authproxy", TimeSpan.FromSeconds(1), 1, tls);

    public static RedisSettings Settings(RedisSentinels sentinels) => new(
        [], false,
        new RedisSentinelSettings(RedisSentinels.MasterName, [.. sentinels.Sentinels.Select(one => new RedisEndpoint("127.0.0.1", one.Port))], SecretOf(RedisSentinels.SentinelPassword)),
        SecretOf(RedisSentinels.Password), 0, "authproxy", TimeSpan.FromSeconds(1), 1, null);

    public static RedisSettings Settings(RedisCluster cluster) => new(
        [.. cluster.Nodes.Select(node => new RedisEndpoint("127.0.0.1", node.Port))], true, null, null, 0, "authproxy", TimeSpan.FromSeconds(1), 1, null);

    public async Task UntilConnectedAsync(bool connected = true)
    {
        for (var i = 0; i < 2000 && Connection.IsConnected != connected; i++)
        {
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
