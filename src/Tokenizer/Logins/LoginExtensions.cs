namespace AuthProxy.Tokenizer.Logins;

internal static class LoginExtensions
{
    public static IServiceCollection AddLogins(this IServiceCollection services) => services
        .AddSingleton<SignedInUsers>()
        .AddSingleton<LoginStates>()
        .AddSingleton<LoginTokens>()
        .AddSingleton<LoginService>()
        .AddSingleton<LoginEndpoints>();
}
