using AuthProxy.Proxy.Authorization.Allow;
using AuthProxy.Proxy.Authorization.Claims;
using AuthProxy.Proxy.Authorization.Deny;
using AuthProxy.Proxy.Authorization.Grants;
using AuthProxy.Proxy.Authorization.Keto;
using AuthProxy.Proxy.Authorization.Remote;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Authorization;

internal static class AuthorizationExtensions
{
    public static IServiceCollection AddAuthorizers(this IServiceCollection services, ProxySettings settings) => services
        .AddGrantChecks(settings)
        .AddSingleton<IHandlerKind<IAuthorizer>, AllowAuthorizerKind>()
        .AddSingleton<IHandlerKind<IAuthorizer>, DenyAuthorizerKind>()
        .AddSingleton<IHandlerKind<IAuthorizer>, ClaimsAuthorizerKind>()
        .AddSingleton<IHandlerKind<IAuthorizer>, RemoteAuthorizerKind>()
        .AddSingleton<IHandlerKind<IAuthorizer>, RemoteJsonAuthorizerKind>()
        .AddSingleton<IHandlerKind<IAuthorizer>, KetoAuthorizerKind>();
}
