namespace AuthProxy.Proxy.Matching;

internal static class MatchingExtensions
{
    public static IServiceCollection AddRules(this IServiceCollection services) => services
        .AddSingleton<RuleSource>()
        .AddSingleton<HandlerCatalogue>()
        .AddSingleton<RulePreparer>()
        .AddSingleton<RuleLoader>()
        .AddSingleton<RuleReloader>();
}
