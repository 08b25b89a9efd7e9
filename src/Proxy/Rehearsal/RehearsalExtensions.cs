using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authentication.Jwt;
using AuthProxy.Proxy.Authorization.Grants;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Mutation.AccessToken;
using AuthProxy.Proxy.Observability;
using AuthProxy.Proxy.OpenIdConnect;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Rehearsal;

internal static class RehearsalExtensions
{
    /// <summary>What upstreams are given in tests as the provider's access token.</summary>
    public const string RehearsedAccessToken = "rehearsed-access-token";

    private const string MeterName = "AuthProxy.Rehearsal";

    /// <summary>Holds every set of rules to its tests before it goes in force.</summary>
    public static IServiceCollection AddRehearsal(this IServiceCollection services, bool canLogIn, Action<IServiceCollection>? replace) => services
        .AddSingleton(provider => new RuleRehearsal(
            provider.GetRequiredService<ProxySettings>(), canLogIn, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RuleRehearsal>>(), replace));

    /// <summary>Puts stand-ins where a Proxy asks somebody outside, keeps something, or counts. To stand behind everything else.</summary>
    public static IServiceCollection AddStandIns(this IServiceCollection services, RuleRehearsal rehearsal)
    {
        StandInForAuthenticators(services);
        return services
            .AddSingleton(rehearsal)
            .AddSingleton<Prompter>()
            .AddSingleton<IRemoteCaller, RehearsedCaller>()
            .AddSingleton<IGrantVerifier, RehearsedGrants>()
            .AddSingleton(provider => new KeyFetch(new RehearsedKeys(provider.GetRequiredService<Prompter>()).FetchAsync))
            .AddSingleton<ILoginStarter, RehearsedLogin>()
            .AddSingleton<IAccessTokens>(new FixedAccessToken(RehearsedAccessToken))
            .AddSingleton<RefusalResponder>()
            .AddSingleton<IRefusalResponder, RehearsedRefusals>()
            .AddSingleton<RehearsedForwarding>()
            .AddSingleton(_ => new ProxyMetrics(MeterName));
    }

    private static void StandInForAuthenticators(IServiceCollection services)
    {
        foreach (var real in services.Where(service => service.ServiceType == typeof(IHandlerKind<IAuthenticator>)).ToList())
        {
            services.Remove(real);
            services.AddSingleton<IHandlerKind<IAuthenticator>>(provider => StandInFor(Make(real, provider), provider));
        }
    }

    private static RehearsedAuthenticatorKind StandInFor(IHandlerKind<IAuthenticator> real, IServiceProvider provider) => new(
        real.Name == OidcAuthenticatorKind.KindName ? new RehearsedSessionKind(real) : real,
        provider.GetRequiredService<Prompter>(),
        provider.GetRequiredService<TimeProvider>());

    private static IHandlerKind<IAuthenticator> Make(ServiceDescriptor real, IServiceProvider provider) => (IHandlerKind<IAuthenticator>)(
        real.ImplementationInstance
        ?? real.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!));
}
