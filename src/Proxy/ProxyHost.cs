using System.Net;
using System.Text;
using AuthProxy.Hosting.Health;
using AuthProxy.Hosting.Logging;
using AuthProxy.Hosting.Metrics;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Forwarding;
using AuthProxy.Proxy.Keys;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Observability;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AuthProxy.Proxy;

/// <summary>The Proxy as a process: its parts, its listeners, and what each of them answers.</summary>
internal static class ProxyHost
{
    /// <summary>Everything that rules need to be prepared and requests to be walked.</summary>
    public static IServiceCollection AddProxy(this IServiceCollection services, ProxySettings settings, ProxyKeys keys, TimeProvider time) => services
        .AddSingleton(settings)
        .AddSingleton(settings.Serve.Proxy)
        .AddSingleton(time)
        .AddSingleton<HealthState>()
        .AddSingleton<ProxyMetrics>()
        .AddKeys(keys)
        .AddRules()
        .AddAuthenticators()
        .AddAuthorizers()
        .AddMutators()
        .AddForwarding()
        .AddRefusals();

    public static WebApplication Build(ProxySettings settings, ProxyKeys keys, TimeProvider time, Action<IServiceCollection>? replace = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });

        // The one configuration is the operator's file: no appsettings.json or ASPNETCORE_ variable opens another listener.
        builder.Configuration.Sources.Clear();
        builder.Logging.AddJsonLines(settings.Log, time);
        builder.Services.AddMetricsEndpoint(ProxyMetrics.MeterName).AddProxy(settings, keys, time);
        replace?.Invoke(builder.Services);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings.Serve));

        var app = builder.Build();
        app.MapWhen(context => context.CameInOn(Listener.Api), api => api.Run(ApiPipeline(app.Services)));
        app.MapWhen(context => context.CameInOn(Listener.Proxy), proxy => proxy.UseProxyPipeline());
        return app;
    }

    // A pipeline of its own: nothing that is mapped here can be reached on another listener.
    private static RequestDelegate ApiPipeline(IServiceProvider services)
    {
        var api = new ApplicationBuilder(services);
        var jwks = new JwksEndpoint(services.GetRequiredService<Jose.SigningKeyRing>());
        api.UseRouting();
        api.UseEndpoints(endpoints =>
        {
            endpoints.MapHealth(services.GetRequiredService<HealthState>());
            endpoints.MapMetrics();
            endpoints.MapMethods(JwksEndpoint.Path, [HttpMethods.Get, HttpMethods.Head], jwks.AnswerAsync);
        });
        return api.Build();
    }

    private static void Listen(KestrelServerOptions kestrel, ServeSettings serve)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;

        // Header bytes pass as they came, whatever encoding they were meant in.
        kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;

        kestrel.Listen(AddressOf(serve.Proxy.Host), serve.Proxy.Port, listen => listen.Marked(Listener.Proxy, HttpProtocols.Http1));
        if (serve.Proxy.H2c is { } h2c)
        {
            kestrel.Listen(AddressOf(h2c.Host ?? serve.Proxy.Host), h2c.Port, listen => listen.Marked(Listener.Proxy, HttpProtocols.Http2));
        }

        kestrel.Listen(AddressOf(serve.Api.Host), serve.Api.Port, listen => listen.Marked(Listener.Api, HttpProtocols.Http1));
    }

    private static IPAddress AddressOf(string host) =>
        IPAddress.TryParse(host, out var address) ? address : host == "localhost" ? IPAddress.Loopback : IPAddress.IPv6Any;
}
