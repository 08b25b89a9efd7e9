using AuthProxy.Proxy.Admin;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Sessions.Guests;
using AuthProxy.Proxy.Sessions.Memory;
using AuthProxy.Proxy.Sessions.News;
using AuthProxy.Proxy.Sessions.Outage;
using AuthProxy.Proxy.Sessions.Redis;
using AuthProxy.Proxy.Sessions.Sealing;
using AuthProxy.Proxy.Sessions.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthProxy.Proxy.Sessions;

internal static class SessionExtensions
{
    /// <summary>
    /// Sessions, their store and their keys. Keys and store are opened when they are first asked for, at start-up by the sweeper:
    /// <see cref="RealmKeyException"/> and <see cref="SessionStoreException"/> then say what is wrong.
    /// </summary>
    public static IServiceCollection AddSessions(this IServiceCollection services, ProxySettings settings)
    {
        var sessions = settings.Sessions;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(sessions);
        services.TryAddSingleton(provider => RealmKeys.Load(
            settings.RealmKeysFolder,
            settings.Realm,
            generate: sessions.KeysFolder is null,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ISessionStore>(provider => sessions.Store switch
        {
            SessionStoreKind.Redis => ActivatorUtilities.CreateInstance<RedisSessionStore>(provider),
            SessionStoreKind.Memory => new MemorySessionStore(),
            SessionStoreKind.Sqlite => new SqliteSessionStore(SessionDatabase.Open(sessions.Path ?? Path.Combine(settings.DataFolder, "sessions.db"))),
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        if (sessions.Redis is { } redis)
        {
            services.AddRedis(redis, settings.Realm);
        }

        services.TryAddSingleton(provider => OpenedSessions(provider, sessions));
        services.AddSessionNews(sessions);
        services.TryAddSingleton<SessionMetrics>();
        services.TryAddSingleton<EndDelivery>();
        services.TryAddSingleton<StoreReach>();
        services.TryAddSingleton<StoreClock>();
        services.TryAddSingleton<PutOffTouches>();
        services.AddSingleton<ISessionNewsHandler>(provider => provider.GetRequiredService<PutOffTouches>());
        services.TryAddSingleton<SessionTerminator>();
        services.TryAddSingleton<LiveSessions>();
        services.TryAddSingleton(sessions.Guests);
        services.TryAddSingleton(new GuestIssuer(settings.Assertion.Issuer));
        services.TryAddSingleton<GuestLimits>();
        services.TryAddSingleton<GuestSessions>();
        services.TryAddSingleton<SessionDirectory>();
        services.AddEnds();
        services.TryAddSingleton<SessionEndpoints>();
        services.AddHostedService(provider => provider.GetRequiredService<EndDelivery>());
        services.AddHostedService<SessionSweeper>();
        services.AddHostedService<SessionWatch>();
        return services;
    }

    private static OpenedSessions OpenedSessions(IServiceProvider provider, SessionSettings settings)
    {
        var opened = new OpenedSessions(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<NewsStanding>(), settings.CacheBytes, settings.OutageBudget);
        provider.GetRequiredService<SessionMetrics>().Show(opened);
        return opened;
    }
}
