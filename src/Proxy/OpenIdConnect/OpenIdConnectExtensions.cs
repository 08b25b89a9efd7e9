using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Sealing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthProxy.Proxy.OpenIdConnect;

internal static class OpenIdConnectExtensions
{
    /// <summary>The provider's settings with all their faults; null where none is configured, or what is written cannot be used.</summary>
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

        return OidcSettings.Schema.TryRead(config, faults, out var oidc) ? oidc : null;
    }

    /// <summary>Our endpoints' addresses; the operator registers the redirect URI and the signed-out URI at the provider.</summary>
    public static LoginAddresses LoginAddressesOf(this ProxySettings settings, OidcSettings oidc) => new(
        new PublicAddresses(settings.Serve.Proxy.PublicUrls), oidc, [.. settings.Tokenizer.Vaults.Select(vault => vault.Host)], settings.Serve.Proxy.ReservedPrefix);

    /// <summary>Login, logout, hand-off and the <c>oidc</c> authenticator; without a provider only what says that there is none.</summary>
    public static IServiceCollection AddOpenIdConnect(this IServiceCollection services, ProxySettings settings, OidcSettings? oidc)
    {
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
        services.TryAddSingleton(provider => new ClientSecret(
            oidc.ClientSecret, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ClientSecret>>()));
        services.TryAddSingleton(settings.LoginAddressesOf(oidc));
        services.TryAddSingleton(provider => new ReturnAddresses(provider.GetRequiredService<PublicAddresses>(), settings.Serve.Proxy.ReservedPrefix));
        services.TryAddSingleton<TicketSealer>();
        services.TryAddSingleton<Passages>();
        services.TryAddSingleton<ProviderHttp>();
        services.TryAddSingleton<Provider>();
        services.TryAddSingleton<TokenEndpoint>();
        services.TryAddSingleton<IdTokenChecks>();
        services.TryAddSingleton<OidcClient>();
        services.TryAddSingleton<LoginAnswers>();
        services.TryAddSingleton<LoginStarter>();
        services.TryAddSingleton<ILoginStarter>(provider => provider.GetRequiredService<LoginStarter>());
        services.TryAddSingleton<HandOffEndpoints>();
        services.TryAddSingleton<CallbackEndpoint>();
        services.TryAddSingleton<LogoutEndpoint>();
        services.TryAddSingleton<LoginEndpoints>();
        services.TryAddSingleton(provider => new ReservedPaths(settings.Serve.Proxy.ReservedPrefix, provider.GetRequiredService<LoginEndpoints>().HandleAsync));
        services.AddSingleton<IHandlerKind<IAuthenticator>>(provider => new OidcAuthenticatorKind(provider.GetRequiredService<LiveSessions>()));
        return services;
    }

    /// <summary>Our own endpoints; to stand behind the canonical target and before the rules.</summary>
    public static IApplicationBuilder UseReservedPaths(this IApplicationBuilder app) => app.UseMiddleware<ReservedPathMiddleware>();
}

/// <summary>Answers below the reserved prefix where there is no login: the paths stay ours all the same.</summary>
internal sealed class LoginUnavailable(IRefusalResponder refusals)
{
    public Task HandleAsync(HttpContext context, string name, CancellationToken cancellation) =>
        refusals.WriteAsync(context, ProxyRefusals.EndpointUnknown, "there is no login here");
}
