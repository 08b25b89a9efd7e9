using System.Net;
using AuthProxy.Hosting.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Hosting.Edges;

/// <summary>How a service meets the network: <c>builder.AddEdges(limits, drain, health).Listen("proxy", settings)</c>.</summary>
public static class EdgeExtensions
{
    public static EdgeBuilder AddEdges(this WebApplicationBuilder builder, EdgeLimits limits, DrainSettings drain, HealthState health)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(health);
        builder.Services.AddSingleton(drain);
        builder.Services.AddSingleton<IHostLifetime, DrainLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = drain.Timeout);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = UnixSockets.Bind);
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel, limits));
        return new EdgeBuilder(builder, limits);
    }

    private static void Limit(KestrelServerOptions kestrel, EdgeLimits limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestLineSize = limits.RequestLineBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = limits.HeaderCount;
        kestrel.Limits.RequestHeadersTimeout = limits.HeaderTimeout;
        kestrel.Limits.KeepAliveTimeout = limits.IdleTimeout;
        kestrel.Limits.Http2.MaxStreamsPerConnection = limits.StreamsPerConnection;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = limits.HeaderBytes;

        // Streams may be slow and long on purpose; their number is limited instead.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;

        // A peer that vanished without a word would otherwise hold its streams for ever.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }
}

/// <summary>Adds listeners to a service.</summary>
public sealed class EdgeBuilder
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);
    private readonly WebApplicationBuilder _builder;
    private readonly EdgeLimits _limits;
    private readonly Listeners _listeners = new();

    internal EdgeBuilder(WebApplicationBuilder builder, EdgeLimits limits)
    {
        (_builder, _limits) = (builder, limits);
        builder.Services.AddSingleton(_listeners);
    }

    /// <param name="name">Also what <see cref="ListenerFeatureExtensions.Listener"/> says of its requests.</param>
    public EdgeBuilder Listen(string name, ListenerSettings settings)
    {
        if (settings.Tls is { } tls)
        {
            // A service, so that the host ends its watches.
            _builder.Services.AddKeyedSingleton(name, (services, _) =>
                new ListenerCertificate(name, tls, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ListenerCertificate>>()));
        }

        _builder.WebHost.ConfigureKestrel(kestrel => Bind(kestrel, name, settings));
        return this;
    }

    private void Bind(KestrelServerOptions kestrel, string name, ListenerSettings settings)
    {
        if (settings.Socket is { } socket)
        {
            kestrel.ListenUnixSocket(Path.GetFullPath(socket), listener => Open(listener, name, HttpProtocols.Http1));
            return;
        }

        BindPort(kestrel, settings.Host, settings.Port, listener =>
        {
            Open(listener, name, settings.Tls is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2);
            if (settings.Tls is not null)
            {
                UseTls(listener, kestrel.ApplicationServices.GetRequiredKeyedService<ListenerCertificate>(name));
            }
        });
        if (settings.H2cPort is { } port)
        {
            BindPort(kestrel, settings.Host, port, listener => Open(listener, name + ".h2c", HttpProtocols.Http2));
        }
    }

    private void Open(ListenOptions listener, string name, HttpProtocols protocols)
    {
        listener.Protocols = protocols;
        ConnectionLimit.Use(listener, _limits.Connections);
        _listeners.Add(name, listener);
    }

    private static void BindPort(KestrelServerOptions kestrel, string host, int port, Action<ListenOptions> configure)
    {
        if (host == "*")
        {
            kestrel.ListenAnyIP(port, configure);
        }
        else
        {
            kestrel.Listen(host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(host), port, configure);
        }
    }

    private static void UseTls(ListenOptions listener, ListenerCertificate certificate) =>
        listener.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeTimeout,
            OnConnection = _ => ValueTask.FromResult(certificate.Options),
        });
}
