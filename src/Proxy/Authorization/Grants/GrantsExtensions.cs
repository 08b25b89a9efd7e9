using AuthProxy.Jose;
using AuthProxy.Proxy.Bodies;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Sessions.Guests;

namespace AuthProxy.Proxy.Authorization.Grants;

internal static class GrantsExtensions
{
    /// <summary>Grant checks, and where the Tokenizer's services are known, who asks them.</summary>
    public static IServiceCollection AddGrantChecks(this IServiceCollection services, ProxySettings settings)
    {
        var tokenizer = settings.Tokenizer;
        services.AddSingleton(provider => new GrantCheckFactory(
            provider.GetRequiredService<HeldBodyLimits>(), provider.GetRequiredService<BodyHolder>(), provider.GetService<IGrantVerifier>()));
        if (tokenizer is { Enabled: true, ServicesUrl: { } url })
        {
            services.AddSingleton(new TokenizerAddress(AsFolder(url), tokenizer.Application ?? "", tokenizer.Timeout));
            services.AddSingleton<IServiceTokens>(provider => new ServiceTokens(
                provider.GetRequiredService<SigningKeyRing>(), settings.Assertion.Issuer, provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton(provider => TokenizerClient.Create(
                provider.GetRequiredService<TokenizerAddress>(), provider.GetRequiredService<IServiceTokens>(), provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<ITokenizerSessions>(provider => provider.GetRequiredService<TokenizerClient>());
            services.AddSingleton<ITokenizerGuests>(provider => provider.GetRequiredService<TokenizerClient>());
        }

        // Without an application there is nobody whose grants could be asked for; the ends of sessions are told all the same.
        if (tokenizer is { Enabled: true, ServicesUrl: not null, Application: not null })
        {
            services.AddSingleton<IGrantVerifier>(provider => new RememberingGrantVerifier(
                provider.GetRequiredService<TokenizerClient>(),
                new GrantCache(provider.GetRequiredService<TimeProvider>(), RememberedGrants),
                provider.GetRequiredService<TimeProvider>()));
        }

        return services;
    }

    /// <summary>About 10 MB when full.</summary>
    private const int RememberedGrants = 100_000;

    private static Uri AsFolder(Uri url) => url.AbsolutePath.EndsWith('/') ? url : new Uri(url.AbsoluteUri + "/");
}
