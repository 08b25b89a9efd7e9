using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Proxy.Tests.Pipeline;

/// <summary>A service or an application on loopback that remembers every byte that it was told, and answers as a test wants.</summary>
internal sealed class StubService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubService(WebApplication app) => _app = app;

    public ConcurrentQueue<ArrivedRequest> Arrived { get; } = new();

    public string Address => _app.Urls.Single();

    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    /// <param name="certificate">What it shows; without one it speaks plain HTTP.</param>
    public static async Task<StubService> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().UseUrls($"{(certificate is null ? "http" : "https")}://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate);
        });
        var stub = new StubService(builder.Build());
        stub._app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            stub.Arrived.Enqueue(new ArrivedRequest(
                context.Request.Method,
                context.Features.Get<IHttpRequestFeature>()!.RawTarget,
                [.. context.Request.Headers.SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value ?? "")))],
                Encoding.UTF8.GetString(body.ToArray())));
            await stub.Answer(context);
        });
        await stub._app.StartAsync();
        return stub;
    }

    /// <summary>The same answer to every request.</summary>
    public static Func<HttpContext, Task> Saying(int status, string body = "", params IEnumerable<(string Name, string Value)> headers) => context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        return context.Response.WriteAsync(body);
    };

    /// <summary>The only request that came.</summary>
    public ArrivedRequest Only() => Assert.Single(Arrived);

    /// <summary>The request that came first and was not looked at yet.</summary>
    public ArrivedRequest Next() => Arrived.TryDequeue(out var arrived) ? arrived : throw new InvalidOperationException("nothing came");

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

/// <summary>A request as it arrived, with a line for every value of a header.</summary>
internal sealed record ArrivedRequest(string Method, string Target, IReadOnlyList<KeyValuePair<string, string>> Lines, string Body)
{
    /// <summary>The values of each header, joined as a list.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; } = Lines
        .GroupBy(line => line.Key, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(lines => lines.Key, lines => string.Join(',', lines.Select(line => line.Value)), StringComparer.OrdinalIgnoreCase);

    /// <summary>All values of a header, in order.</summary>
    public string[] All(string name) => [.. Lines.Where(line => line.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(line => line.Value)];

    /// <summary>The one value of a header; null where there is none.</summary>
    public string? One(string name) => All(name) is { Length: > 0 } values ? Assert.Single(values) : null;
}
