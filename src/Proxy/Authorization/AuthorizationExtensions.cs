using AuthProxy.Proxy.Authorization.Allow;
using AuthProxy.Proxy.Authorization.Claims;
using AuthProxy.Proxy.Authorization.Deny;
using AuthProxy.Proxy.Authorization.Grants;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Authorization;

internal static class AuthorizationExtensions
{
    public static IServiceCollection AddAuthorizers(this IServiceCollection services, ProxySettings settings) => services
        .AddGrantChecks(settings)
        .AddSingleton<IHandlerKind<IAuthorizer>, AllowAuthorizerKind>()
        .AddSingleton<IHandlerKind<IAuthorizer>, DenyAuthorizerKind>()
        .AddSingleton<IHandlerKind<IAuthorizer>, ClaimsAuthorizerKind>();
}
