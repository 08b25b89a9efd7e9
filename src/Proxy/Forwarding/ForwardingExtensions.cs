using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Forwarding.Live;
using AuthProxy.Proxy.Sanitizing;
using AuthProxy.Proxy.Sessions.News;

namespace AuthProxy.Proxy.Forwarding;

internal static class ForwardingExtensions
{
    public static IServiceCollection AddForwarding(this IServiceCollection services)
    {
        services.AddHttpForwarder();
        return services
            .AddSingleton(provider => new PublicAddresses(provider.GetRequiredService<ProxySettings>().Serve.Proxy.PublicUrls))
            .AddSingleton(provider => new TrustedNetworks(provider.GetRequiredService<ProxySettings>().Serve.Proxy.TrustedNetworks))
            .AddSingleton<RequestFreezer>()
            .AddSingleton(provider => provider.GetRequiredService<ProxySettings>().Forwarding)
            .AddSingleton(provider => new UpstreamTrace(provider.GetRequiredService<ProxySettings>().Tracing))
            .AddSingleton<UpstreamClients>()
            .AddSingleton<UpstreamFactory>()
            .AddSingleton<LiveMetrics>()
            .AddSingleton<LiveExchanges>()
            .AddSingleton<ISessionNewsHandler>(provider => provider.GetRequiredService<LiveExchanges>())
            .AddHostedService(provider => provider.GetRequiredService<LiveExchanges>())
            .AddSingleton<ForwardingTransformer>()
            .AddSingleton<ForwardingMiddleware>();
    }

    /// <summary>The end of the path; there is nothing behind it.</summary>
    public static void RunForwarding(this IApplicationBuilder app) => app.Run(app.ApplicationServices.GetRequiredService<ForwardingMiddleware>().InvokeAsync);
}
