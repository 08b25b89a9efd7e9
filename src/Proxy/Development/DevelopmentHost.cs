using System.Security.Cryptography;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authentication.ApiKey;
using AuthProxy.Proxy.Authentication.ClientCredentials;
using AuthProxy.Proxy.Authentication.Introspection;
using AuthProxy.Proxy.Authentication.Jwt;
using AuthProxy.Proxy.Authentication.SessionChecks;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Forwarding;
using AuthProxy.Proxy.Keys;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Mutation.AccessToken;
using AuthProxy.Proxy.OpenIdConnect;
using AuthProxy.Proxy.Rehearsal;
using AuthProxy.Rules.Loading;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthProxy.Proxy.Development;

/// <summary>The real Proxy with everything real in it but who is asking: throw-away keys, an issuer of its own, stores in memory.</summary>
internal static class DevelopmentHost
{
    private static readonly TimeSpan SessionLife = TimeSpan.FromHours(12);

    // Whoever would need a provider, a service or a secret to say who is asking.
    private static readonly (string Name, Type Kind)[] Replaced =
    [
        (OidcAuthenticatorKind.KindName, typeof(OidcAuthenticatorKind)),
        (JwtAuthenticatorKind.KindName, typeof(JwtAuthenticatorKind)),
        (CookieSessionAuthenticatorKind.KindName, typeof(CookieSessionAuthenticatorKind)),
        (BearerTokenAuthenticatorKind.KindName, typeof(BearerTokenAuthenticatorKind)),
        (IntrospectionAuthenticatorKind.KindName, typeof(IntrospectionAuthenticatorKind)),
        (ClientCredentialsAuthenticatorKind.KindName, typeof(ClientCredentialsAuthenticatorKind)),
        (ApiKeyAuthenticatorKind.KindName, typeof(ApiKeyAuthenticatorKind)),
    ];

    /// <summary>Null, with the faults told, where the rules or what was asked for cannot be used.</summary>
    public static WebApplication? Build(DevelopmentOptions options, string folder, TimeProvider time, ConfigFaults faults)
    {
        var rules = options.Rules ?? WriteRules(options, folder);
        var audiences = DevelopmentOptions.AudiencesOf(RuleFileReader.Load([new Rules.Loading.RuleSource(rules)]).Rules);
        var document = ConfigDocument.Parse(options.ConfigurationText(folder, rules, audiences), "the command line", "AUTHPROXY", new Dictionary<string, string>());
        if (document.Read(ProxySettings.Schema) is not { } settings || ProxyKeys.Load(settings.KeysFolder, document.Faults) is not { } keys)
        {
            faults.AddRange(document.Faults);
            return null;
        }

        var subject = new Subject(options.Issuer, options.Name, options.Claims, new SessionIdentity(NewSid(), time.GetUtcNow() + SessionLife));
        return ProxyHost.Build(settings with { HandlersAreEnabledByDefault = true }, null, keys, time, services =>
        {
            foreach (var (name, kind) in Replaced)
            {
                StandIn(services, name, kind, subject);
            }

            services.AddSingleton<IAccessTokens>(new FixedAccessToken("development-access-token"));
            services.AddSingleton(new EveryUpstream(options.Upstream));

            // Everybody is one person here: tests that speak of others would fail.
            services.RemoveAll<RuleRehearsal>();
        });
    }

    private static string WriteRules(DevelopmentOptions options, string folder)
    {
        var path = Path.Combine(folder, "rules.yaml");
        File.WriteAllText(path, options.RulesText());
        return path;
    }

    private static void StandIn(IServiceCollection services, string name, Type kind, Subject subject)
    {
        var real = services.Where(service => service.ServiceType == typeof(IHandlerKind<IAuthenticator>) && IsKind(service, name, kind)).ToList();
        real.ForEach(service => services.Remove(service));
        services.AddSingleton<IHandlerKind<IAuthenticator>>(new DevelopmentAuthenticatorKind(name, subject));
    }

    private static bool IsKind(ServiceDescriptor service, string name, Type kind) =>
        (service.ImplementationInstance as IHandlerKind<IAuthenticator>)?.Name == name || service.ImplementationType == kind;

    private static string NewSid() => "dev-" + RandomNumberGenerator.GetHexString(16, lowercase: true);
}
