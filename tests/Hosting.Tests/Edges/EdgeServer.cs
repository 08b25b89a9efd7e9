using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AuthProxy.Hosting.Edges;
using AuthProxy.Hosting.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Hosting.Tests.Edges;

/// <summary>A service as ours are built, on free ports; each request is answered with the name of its listener unless a test says otherwise.</summary>
public sealed class EdgeServer : IAsyncDisposable
{
    private EdgeServer(WebApplication app, HealthState health) => (App, Health) = (app, health);

    public WebApplication App { get; }

    public HealthState Health { get; }

    public Listeners Listeners => App.Services.GetRequiredService<Listeners>();

    public static async Task<EdgeServer> StartAsync(
        Action<EdgeBuilder> listen, EdgeLimits? limits = null, DrainSettings? drain = null, TimeProvider? time = null, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        var health = new HealthState();
        listen(builder.AddEdges(limits ?? EdgeLimits.Default, drain ?? new DrainSettings(TimeSpan.Zero, TimeSpan.Zero), health));
        var app = builder.Build();
        map?.Invoke(app);
        app.Run(context => context.Response.WriteAsync(context.Listener() ?? "none"));
        await app.StartAsync();
        return new EdgeServer(app, health);
    }

    public async Task<string> GetAsync(string url, Version? version = null, X509Certificate2? client = null, Action<X509Certificate2>? seen = null)
    {
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = client is null ? null : [client],
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    // Which certificate is shown is what tests look at.
                    seen?.Invoke((X509Certificate2)certificate!);
                    return certificate is not null;
                },
            },
        };
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = version ?? HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await http.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Sends text as it is and returns everything up to the close of the connection.</summary>
    public async Task<string> SendRawAsync(string listener, string text)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Listeners.PortOf(listener));
        var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(text));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync() => await App.DisposeAsync();
}
