using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.Tests.Sessions.Redis;

public abstract class RedisStoreContract : SessionStoreContract, IAsyncLifetime
{
    private OpenRedis _redis = null!;

    private protected override ISessionStore Store => _redis.Store;

    private protected abstract RedisSettings Settings { get; }

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
