using AuthProxy.Proxy.Limits.Rates;

namespace AuthProxy.Proxy.Limits;

internal static class LimitExtensions
{
    public static IServiceCollection AddLimits(this IServiceCollection services) => services.AddSingleton<RateLimiters>();
}
