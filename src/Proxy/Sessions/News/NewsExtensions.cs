using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthProxy.Proxy.Sessions.News;

internal static class NewsExtensions
{
    /// <summary>News among the parts of this process. Who acts on it is registered as <see cref="ISessionNewsHandler"/>.</summary>
    public static IServiceCollection AddSessionNews(this IServiceCollection services)
    {
        services.AddSingleton<ISessionNewsHandler>(provider => provider.GetRequiredService<OpenedSessions>());
        services.TryAddSingleton<NewsHandlers>();
        services.TryAddSingleton<ISessionNews, LocalNews>();
        return services;
    }
}
