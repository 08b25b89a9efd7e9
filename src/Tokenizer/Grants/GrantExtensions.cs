namespace AuthProxy.Tokenizer.Grants;

internal static class GrantExtensions
{
    public static IServiceCollection AddGrants(this IServiceCollection services) => services
        .AddSingleton<GrantService>()
        .AddSingleton<GrantLists>()
        .AddSingleton<GrantEndpoints>();
}
