using AuthProxy.Proxy.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthProxy.Proxy.Sessions.News;

internal static class NewsExtensions
{
    /// <summary>News of sessions among the parts of this process, and among replicas where the store has a channel for it. Who acts on it is registered as <see cref="ISessionNewsHandler"/>.</summary>
    public static IServiceCollection AddSessionNews(this IServiceCollection services, SessionSettings settings)
    {
        services.AddSingleton<ISessionNewsHandler>(provider => provider.GetRequiredService<OpenedSessions>());
        services.TryAddSingleton<NewsHandlers>();
        services.TryAddSingleton(settings.Store == SessionStoreKind.Memory ? NewsStanding.OnlyProcess() : NewsStanding.NobodyTells());
        services.TryAddSingleton<ISessionNews, LocalNews>();
        return services;
    }
}
