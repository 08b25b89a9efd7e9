using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions.Redis;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthProxy.Proxy.Sessions.News;

internal static class NewsExtensions
{
    /// <summary>News of sessions among the parts of this process, and among replicas where the store has a channel for it. Who acts on it is registered as <see cref="ISessionNewsHandler"/>.</summary>
    public static IServiceCollection AddSessionNews(this IServiceCollection services, SessionSettings settings)
    {
        services.AddSingleton<ISessionNewsHandler>(provider => provider.GetRequiredService<OpenedSessions>());
        services.TryAddSingleton<NewsHandlers>();
        switch (settings.Store)
        {
            case SessionStoreKind.Redis:
                services.TryAddSingleton(NewsStanding.OfChannel());
                services.TryAddSingleton<INewsChannel, RedisNewsChannel>();
                services.TryAddSingleton<NewsMetrics>();
                services.TryAddSingleton<NewsExchange>();
                services.TryAddSingleton<ISessionNews>(provider => provider.GetRequiredService<NewsExchange>());
                services.AddHostedService(provider => provider.GetRequiredService<NewsExchange>());
                break;
            case SessionStoreKind.Sqlite:
                services.TryAddSingleton(NewsStanding.NobodyTells());
                services.TryAddSingleton<ISessionNews, LocalNews>();
                break;
            case SessionStoreKind.Memory:
                services.TryAddSingleton(NewsStanding.OnlyProcess());
                services.TryAddSingleton<ISessionNews, LocalNews>();
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        return services;
    }
}
