using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Errors.Pages;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Mutation.AccessToken;
using AuthProxy.Proxy.OpenIdConnect.BackChannel;
using AuthProxy.Proxy.OpenIdConnect.Revocation;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Sessions.Refresh;
using AuthProxy.Proxy.Sessions.Sealing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthProxy.Proxy.OpenIdConnect;

internal static class OpenIdConnectExtensions
{
    /// <summary>The providers' settings with all their faults; null where none is configured, or what is written cannot be used.</summary>
    public static OidcSettings? ReadOidc(this ProxySettings settings, ConfigFaults faults)
    {
        if (!settings.Authenticators.IsEnabled(OidcAuthenticatorKind.KindName)
            || settings.Authenticators.Find(OidcAuthenticatorKind.KindName)?.Config is not { } config)
        {
            return null;
        }

        if (settings.Serve.Proxy.PublicUrls.Count == 0)
        {
            faults.Add(config, "needs serve.proxy.public_urls: the provider must know where to send people back to");
            return null;
        }

        if (!settings.Serve.Proxy.Enabled)
        {
            faults.Add(config, "needs serve.proxy, which is switched off: people log in there");
            return null;
        }

        return OidcSettings.Schema.TryRead(config, faults, out var oidc) && AreServed(oidc, settings, config, faults) ? oidc : null;
    }

    // A host that is not served would leave its people to the first provider, which they may not even know.
    private static bool AreServed(OidcSettings oidc, ProxySettings settings, ConfigNode config, ConfigFaults faults)
    {
        var before = faults.Count;
        FrameSites.Check(settings, config, faults);
        foreach (var (provider, host) in oidc.Providers.SelectMany(provider => provider.Hosts.Select(host => (provider.Name, host))))
        {
            if (!settings.Serve.Proxy.PublicUrls.Any(address => host.Equals(address.Host, StringComparison.OrdinalIgnoreCase) || host.Equals(address.HostName, StringComparison.OrdinalIgnoreCase)))
            {
                faults.Add(config, $"names host '{host}' for provider '{provider}', which is not among serve.proxy.public_urls");
            }
        }

        return faults.Count == before;
    }

    /// <summary>Our endpoints' addresses; the operator registers the redirect URI and the signed-out URI at the provider.</summary>
    public static LoginAddresses LoginAddressesOf(this ProxySettings settings, OidcSettings oidc) => new(
        new PublicAddresses(settings.Serve.Proxy.PublicUrls), oidc, [.. settings.Tokenizer.Vaults.Select(vault => vault.Host)], settings.Serve.Proxy.ReservedPrefix);

    /// <summary>Login, logout, hand-off and the <c>oidc</c> authenticator; without a provider only what says that there is none.</summary>
    public static IServiceCollection AddOpenIdConnect(this IServiceCollection services, ProxySettings settings, OidcSettings? oidc)
    {
        services.AddLoginPages(settings.Pages);
        if (oidc is null)
        {
            services.TryAddSingleton<ILoginStarter, NoLogin>();
            services.AddSingleton<IHandlerKind<IAuthenticator>>(new OidcAuthenticatorKind());
            services.TryAddSingleton<LoginUnavailable>();
            services.TryAddSingleton(provider => new ReservedPaths(settings.Serve.Proxy.ReservedPrefix, provider.GetRequiredService<LoginUnavailable>().HandleAsync));
            return services;
        }

        services.AddSessions(settings);
        services.TryAddSingleton(oidc);
        services.TryAddSingleton(settings.LoginAddressesOf(oidc));
        services.TryAddSingleton(provider => new ReturnAddresses(provider.GetRequiredService<PublicAddresses>(), settings.Serve.Proxy.ReservedPrefix));
        services.TryAddSingleton<TicketSealer>();
        services.TryAddSingleton<Passages>();
        services.TryAddSingleton<ProviderHttp>();
        services.TryAddSingleton<OidcProviders>();
        services.TryAddSingleton<ITokenRefresher, ProviderRefresher>();
        services.AddTokenRefresh();
        services.TryAddSingleton<RevocationMetrics>();
        services.TryAddSingleton<TokenRevocations>();
        services.TryAddSingleton<ITokenRevoker>(provider => provider.GetRequiredService<TokenRevocations>());
        services.AddHostedService(provider => provider.GetRequiredService<TokenRevocations>());
        services.TryAddSingleton<IAccessTokens, SessionAccessTokens>();
        services.TryAddSingleton<LoginAnswers>();
        services.TryAddSingleton<Journeys>();
        services.TryAddSingleton<GuestDoor>();
        services.TryAddSingleton<LoginLimits>();
        services.TryAddSingleton<LoginStarter>();
        services.TryAddSingleton<ILoginStarter>(provider => provider.GetRequiredService<LoginStarter>());
        services.TryAddSingleton<HandOffEndpoints>();
        services.TryAddSingleton<CallbackEndpoint>();
        services.TryAddSingleton<LogoutEndpoint>();
        services.TryAddSingleton(settings.Sessions.Endpoint);
        services.TryAddSingleton<PageSessions>();
        services.TryAddSingleton<PageAnswers>();
        services.TryAddSingleton<SessionEndpoint>();
        services.TryAddSingleton<UserInfoEndpoint>();
        services.TryAddSingleton<LogoutTokens>();
        services.TryAddSingleton<BackChannelLogoutEndpoint>();
        services.TryAddSingleton<LoginEndpoints>();
        services.TryAddSingleton(provider => new ReservedPaths(settings.Serve.Proxy.ReservedPrefix, provider.GetRequiredService<LoginEndpoints>().HandleAsync));
        services.AddSingleton<IHandlerKind<IAuthenticator>>(provider => new OidcAuthenticatorKind(
            provider.GetRequiredService<LiveSessions>(), provider.GetRequiredService<OidcProviders>(), provider.GetRequiredService<SessionRefresher>(),
            provider.GetRequiredService<GuestDoor>()));
        return services;
    }

    /// <summary>Where providers tell of logouts; to stand before anything that asks for a known host.</summary>
    public static IApplicationBuilder UseBackChannelLogout(this IApplicationBuilder app) =>
        app.ApplicationServices.GetService<BackChannelLogoutEndpoint>() is null ? app : app.UseMiddleware<BackChannelLogoutMiddleware>();

    /// <summary>Our own endpoints; to stand behind the canonical target and before the rules.</summary>
    public static IApplicationBuilder UseReservedPaths(this IApplicationBuilder app) => app.UseMiddleware<ReservedPathMiddleware>();
}

/// <summary>Answers below the reserved prefix where there is no login: the paths stay ours all the same.</summary>
internal sealed class LoginUnavailable(IRefusalResponder refusals)
{
    public Task HandleAsync(HttpContext context, string name, CancellationToken cancellation) =>
        refusals.WriteAsync(context, ProxyRefusals.EndpointUnknown, "there is no login here");
}
