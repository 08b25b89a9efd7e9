using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Sessions.Ends.Bearers;
using AuthProxy.Proxy.Sessions.News;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthProxy.Proxy.Sessions.Ends;

internal static class EndExtensions
{
    /// <summary>How sessions and bearers end before their time.</summary>
    public static IServiceCollection AddEnds(this IServiceCollection services)
    {
        services.TryAddSingleton<BearerSessions>();
        services.TryAddSingleton<BearerMarkRecord>();
        services.TryAddSingleton<BearerMarks>();
        services.TryAddSingleton<BearerEnds>();
        services.TryAddSingleton<BearersInUse>();
        services.TryAddSingleton<SessionEnds>();
        services.TryAddSingleton<OvertakenLogins>();
        services.AddSingleton<ISessionNewsHandler>(provider => provider.GetRequiredService<BearerMarks>());
        services.AddHostedService(provider => provider.GetRequiredService<BearerMarks>());
        return services;
    }
}
