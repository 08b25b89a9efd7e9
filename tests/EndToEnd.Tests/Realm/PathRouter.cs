using System.Net;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;

namespace AuthProxy.EndToEnd.Tests.Realm;

/// <summary>One host in front of two sidecars, as an ingress divides it: what begins with a prefix goes to one, all else to the other.</summary>
internal sealed class PathRouter : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly string _prefix;

    private PathRouter(WebApplication app, int port, string prefix) => (_app, Port, _prefix) = (app, port, prefix);

    public int Port { get; }

    /// <summary>The port of the sidecar for everything else, and of the one below the prefix.</summary>
    public (int Elsewhere, int Below) Targets { get; set; }

    public static async Task<PathRouter> StartAsync(string prefix)
    {
        var port = Loopback.FreePorts(1)[0];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        var app = builder.Build();
        var router = new PathRouter(app, port, prefix);
        app.Run(router.PassAsync);
        await app.StartAsync();
        return router;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        var target = context.Request.GetEncodedPathAndQuery();
        var port = target.StartsWith(_prefix, StringComparison.Ordinal) ? Targets.Below : Targets.Elsewhere;
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), $"http://127.0.0.1:{port}{target}");
        request.Content = HttpMethods.IsPost(context.Request.Method) ? new StreamContent(context.Request.Body) : null;
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        using var answer = await _http.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated).Where(header => header.Key != "Transfer-Encoding"))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        if (answer.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified))
        {
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }
}
