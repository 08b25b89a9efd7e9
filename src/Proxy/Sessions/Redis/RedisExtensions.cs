using AuthProxy.Hosting.Health;
using AuthProxy.Hosting.Watching;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions.News;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthProxy.Proxy.Sessions.Redis;

internal static class RedisExtensions
{
    /// <summary>
    /// The connection to Redis, begun with the process. The process is unready until it has been connected once, so that a wrong password
    /// shows at the start; a later loss leaves it ready, because rules without sessions go on, and because all replicas lose it at once.
    /// </summary>
    public static IServiceCollection AddRedis(this IServiceCollection services, RedisSettings settings, string realm)
    {
        services.TryAddSingleton<RedisMetrics>();
        services.TryAddSingleton(provider => ClientOf(settings, realm, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<RedisMetrics>()));
        services.TryAddSingleton<RedisConnection>();
        services.TryAddSingleton(provider => new RecentEnds(
            provider.GetRequiredService<RedisConnection>(), settings.WaitReplicas, provider.GetRequiredService<ILogger<RecentEnds>>()));
        services.AddSingleton<ISessionNewsHandler>(provider => provider.GetRequiredService<RecentEnds>());
        services.TryAddSingleton(provider => new RecentMarks(
            provider.GetRequiredService<RedisConnection>(), settings.WaitReplicas, provider.GetRequiredService<ILogger<RecentMarks>>()));
        return services.AddHostedService(provider =>
        {
            var connection = provider.GetRequiredService<RedisConnection>();
            provider.GetRequiredService<RedisMetrics>().Show(() => connection.State);
            provider.GetService<HealthState>()?.AddCondition("session-store", () => connection.WasConnected);
            return connection;
        });
    }

    internal static RedisClient ClientOf(RedisSettings settings, string realm, TimeProvider clock, RedisMetrics metrics)
    {
        var password = settings.Password is { } secret ? new SecretFile(secret, clock) : null;
        var sentinelPassword = settings.Sentinel?.Password is { } sentinelSecret ? new SecretFile(sentinelSecret, clock) : null;

        // Braces in a realm's name would decide where keys lie.
        var keys = new SessionKeys($"{settings.KeyPrefix}:{Uri.EscapeDataString(realm)}");
        return new RedisClient(settings, keys, () => password?.Reveal(), () => sentinelPassword?.Reveal(), clock, metrics);
    }
}
