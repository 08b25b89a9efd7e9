using System.Collections.Concurrent;
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

    public ConcurrentQueue<Told> Asked { get; } = new();

    public string Address => _app.Urls.Single();

    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public static async Task<StubService> StartAsync(Func<HttpContext, Task>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        });
        var stub = new StubService(builder.Build());
        stub.Answer = answer ?? stub.Answer;
        stub._app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            stub.Asked.Enqueue(new Told(
                context.Request.Method,
                context.Features.Get<IHttpRequestFeature>()!.RawTarget,
                [.. context.Request.Headers.SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value ?? "")))],
                Encoding.UTF8.GetString(body.ToArray())));
            await stub.Answer(context);
        });
        await stub._app.StartAsync();
        return stub;
    }

    /// <summary>The only request that came.</summary>
    public Told Only() => Assert.Single(Asked);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

/// <summary>A request as it arrived.</summary>
internal sealed record Told(string Method, string Target, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body)
{
    /// <summary>All values of a header, in order.</summary>
    public string[] All(string name) => [.. Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value)];

    /// <summary>The one value of a header; null where there is none.</summary>
    public string? One(string name) => All(name) is { Length: > 0 } values ? Assert.Single(values) : null;
}
