using AuthProxy.Proxy.Authorization.Allow;
using AuthProxy.Proxy.Authorization.Claims;
using AuthProxy.Proxy.Authorization.Deny;
using AuthProxy.Proxy.Authorization.Grants;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Authorization;

internal static class AuthorizationExtensions
{
    public static IServiceCollection AddAuthorizers(this IServiceCollection services) => services
        .AddSingleton(provider => new GrantCheckFactory(
            HeldBodyLimits.Default, new BodyHolder(new HeldBodyBudget(HeldBodyLimits.Default.Together)), provider.GetService<IGrantVerifier>()))
        .AddSingleton<IHandlerKind<IAuthorizer>, AllowAuthorizerKind>()
        .AddSingleton<IHandlerKind<IAuthorizer>, DenyAuthorizerKind>()
        .AddSingleton<IHandlerKind<IAuthorizer>, ClaimsAuthorizerKind>();
}
