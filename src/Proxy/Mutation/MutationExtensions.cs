using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Mutation.AccessToken;
using AuthProxy.Proxy.Mutation.Assertion;
using AuthProxy.Proxy.Mutation.Cookies;
using AuthProxy.Proxy.Mutation.Headers;
using AuthProxy.Proxy.Mutation.Hydrator;
using AuthProxy.Proxy.Mutation.IdToken;
using AuthProxy.Proxy.Mutation.Noop;

namespace AuthProxy.Proxy.Mutation;

internal static class MutationExtensions
{
    public static IServiceCollection AddMutators(this IServiceCollection services) => services
        .AddSingleton(new AssertionCacheLimits())
        .AddSingleton<AssertionCache>()
        .AddSingleton<AssertionProfiles>()
        .AddSingleton<AssertionSource>()
        .AddSingleton(provider => provider.GetRequiredService<ProxySettings>().Assertion)
        .AddSingleton<IHandlerKind<IMutator>, HeaderMutatorKind>()
        .AddSingleton<IHandlerKind<IMutator>, AssertionMutatorKind>()
        .AddSingleton<IHandlerKind<IMutator>, AccessTokenMutatorKind>()
        .AddSingleton<PassedOnTokens>()
        .AddSingleton<IHandlerKind<IMutator>, NoopMutatorKind>()
        .AddSingleton<IHandlerKind<IMutator>, CookieMutatorKind>()
        .AddSingleton<IHandlerKind<IMutator>, HydratorMutatorKind>()
        .AddSingleton<TokenKeyRings>()
        .AddSingleton<IdTokenSource>()
        .AddSingleton<IHandlerKind<IMutator>, IdTokenMutatorKind>();
}
