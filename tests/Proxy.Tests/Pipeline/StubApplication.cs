using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Proxy.Tests.Pipeline;

/// <summary>An application behind the Proxy that remembers what reached it.</summary>
internal sealed class StubApplication : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubApplication(WebApplication app) => _app = app;

    public ConcurrentQueue<ArrivedRequest> Arrived { get; } = new();

    public string Address => _app.Urls.Single();

    /// <param name="certificate">What it shows; without one it speaks plain HTTP.</param>
    public static async Task<StubApplication> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().UseUrls($"{(certificate is null ? "http" : "https")}://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate));
        var stub = new StubApplication(builder.Build());
        stub._app.Run(async context =>
        {
            stub.Arrived.Enqueue(new ArrivedRequest(
                context.Request.Method,
                context.Features.Get<IHttpRequestFeature>()!.RawTarget,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            await context.Response.WriteAsync("from the application");
        });
        await stub._app.StartAsync();
        return stub;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

internal sealed record ArrivedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers);
