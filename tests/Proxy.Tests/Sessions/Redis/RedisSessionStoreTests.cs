using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.Tests.Sessions.Redis;

public abstract class RedisStoreContract : SessionStoreContract, IAsyncLifetime
{
    private OpenRedis _redis = null!;

    private protected override ISessionStore Store => _redis.Store;

    private protected abstract RedisSettings Settings { get; }

    private protected override TimeSpan Lease => TimeSpan.FromSeconds(1);

    // A timer may be a little early by the server's clock.
    private protected override Task PassAsync(TimeSpan time) => Task.Delay(time + TimeSpan.FromMilliseconds(50));

    public async Task InitializeAsync()
    {
        _redis = await OpenRedis.StartAsync(Settings);
        await _redis.UntilConnectedAsync();
    }

    public async Task DisposeAsync() => await _redis.DisposeAsync();
}

public class PlainRedisStoreTests(PlainRedis redis) : RedisStoreContract, IClassFixture<PlainRedis>
{
    private protected override RedisSettings Settings => OpenRedis.Settings(redis.Server);
}

public class SecuredRedisStoreTests(SecuredRedis redis) : RedisStoreContract, IClassFixture<SecuredRedis>
{
    private protected override RedisSettings Settings => redis.Settings;
}

public class SentinelRedisStoreTests(SentinelRedis redis) : RedisStoreContract, IClassFixture<SentinelRedis>
{
    private protected override RedisSettings Settings => OpenRedis.Settings(redis.Sentinels);
}

public class ClusterRedisStoreTests(ClusterRedis redis) : RedisStoreContract, IClassFixture<ClusterRedis>
{
    private protected override RedisSettings Settings => OpenRedis.Settings(redis.Cluster);
}
