namespace AuthProxy.Tokenizer.Sessions;

internal static class SessionExtensions
{
    public static IServiceCollection AddSessions(this IServiceCollection services) => services
        .AddSingleton<RememberedSessions>()
        .AddSingleton<SessionNames>()
        .AddSingleton<SessionReader>()
        .AddSingleton<SessionService>()
        .AddSingleton<UserSessionEndpoints>()
        .AddSingleton<SessionEndEndpoint>()
        .AddSingleton<SessionAdoptionEndpoint>();
}
