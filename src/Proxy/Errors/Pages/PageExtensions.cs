using AuthProxy.Proxy.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthProxy.Proxy.Errors.Pages;

internal static class PageExtensions
{
    public static IServiceCollection AddLoginPages(this IServiceCollection services, PageSettings settings)
    {
        services.TryAddSingleton(settings);
        services.TryAddSingleton<PageTemplates>();
        services.TryAddSingleton<LoginPages>();
        return services;
    }
}
