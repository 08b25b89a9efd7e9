namespace AuthProxy.Tokenizer.Tokens;

internal static class TokenExtensions
{
    public static IServiceCollection AddTokens(this IServiceCollection services) => services
        .AddSingleton<TokenKeys>()
        .AddSingleton<TokenService>()
        .AddSingleton<InlineTokens>()
        .AddSingleton<TokenEndpoints>();
}
