using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching.Sources;

namespace AuthProxy.Proxy.Matching;

internal static class MatchingExtensions
{
    public static IServiceCollection AddRules(this IServiceCollection services) => services
        .AddSingleton<RuleSource>()
        .AddSingleton<HandlerCatalogue>()
        .AddSingleton(provider => provider.GetRequiredService<ProxySettings>().AccessRules)
        .AddSingleton<RuleFeeds>()
        .AddSingleton<RulePreparer>()
        .AddSingleton<RuleLoader>()
        .AddSingleton<RuleReloader>();
}
