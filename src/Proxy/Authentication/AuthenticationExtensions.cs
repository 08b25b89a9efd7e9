using AuthProxy.Proxy.Authentication.Anonymous;
using AuthProxy.Proxy.Authentication.ApiKey;
using AuthProxy.Proxy.Authentication.ClientCredentials;
using AuthProxy.Proxy.Authentication.Introspection;
using AuthProxy.Proxy.Authentication.Jwt;
using AuthProxy.Proxy.Authentication.Noop;
using AuthProxy.Proxy.Authentication.SessionChecks;
using AuthProxy.Proxy.Authentication.Unauthorized;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Sessions.Ends.Bearers;

namespace AuthProxy.Proxy.Authentication;

internal static class AuthenticationExtensions
{
    public static IServiceCollection AddAuthenticators(this IServiceCollection services) => services
        .AddSingleton<BearerSessions>()
        .AddSingleton(provider => new BearerEndings(provider.GetService<BearerMarks>(), provider.GetService<BearerEnds>(), provider.GetService<BearersInUse>()))
        .AddSingleton<KeySets>()
        .AddSingleton<JwtTrusts>()
        .AddSingleton<SessionCheckFactory>()
        .AddSingleton<ApiKeyFiles>()
        .AddSingleton<IHandlerKind<IAuthenticator>, JwtAuthenticatorKind>()
        .AddSingleton<IHandlerKind<IAuthenticator>, CookieSessionAuthenticatorKind>()
        .AddSingleton<IHandlerKind<IAuthenticator>, BearerTokenAuthenticatorKind>()
        .AddSingleton<IHandlerKind<IAuthenticator>, IntrospectionAuthenticatorKind>()
        .AddSingleton<IHandlerKind<IAuthenticator>, ClientCredentialsAuthenticatorKind>()
        .AddSingleton<IHandlerKind<IAuthenticator>, ApiKeyAuthenticatorKind>()
        .AddSingleton<IHandlerKind<IAuthenticator>, AnonymousAuthenticatorKind>()
        .AddSingleton<IHandlerKind<IAuthenticator>, NoopAuthenticatorKind>()
        .AddSingleton<IHandlerKind<IAuthenticator>, UnauthorizedAuthenticatorKind>();
}
