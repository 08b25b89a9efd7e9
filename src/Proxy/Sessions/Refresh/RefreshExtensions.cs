using AuthProxy.Proxy.Sessions.News;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthProxy.Proxy.Sessions.Refresh;

internal static class RefreshExtensions
{
    /// <summary>Refresh of sessions' tokens; who asks the provider is registered as <see cref="ITokenRefresher"/>.</summary>
    public static IServiceCollection AddTokenRefresh(this IServiceCollection services)
    {
        services.TryAddSingleton<RefreshMetrics>();
        services.TryAddSingleton<RefreshSignals>();
        services.AddSingleton<ISessionNewsHandler>(provider => provider.GetRequiredService<RefreshSignals>());
        services.TryAddSingleton<RenewedTokens>();
        services.TryAddSingleton<RefreshFlight>();
        services.TryAddSingleton<SessionRefresher>();
        services.AddHostedService(provider => provider.GetRequiredService<SessionRefresher>());
        return services;
    }
}
