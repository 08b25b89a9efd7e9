using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Proxy.Tests.Authorization.Grants;

/// <summary>A services listener on loopback that answers as a test wants.</summary>
internal sealed class StubTokenizer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubTokenizer(WebApplication app) => _app = app;

    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public List<string> Paths { get; } = [];

    public List<string> Bodies { get; } = [];

    public List<string> Authorizations { get; } = [];

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");

    public static async Task<StubTokenizer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var stub = new StubTokenizer(builder.Build());
        stub._app.Run(stub.HandleAsync);
        await stub._app.StartAsync();
        return stub;
    }

    /// <summary>Answers with this status and JSON text.</summary>
    public void Answers(string json, int status = 200, string type = "application/json") => Answer = async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(json);
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        Bodies.Add(await reader.ReadToEndAsync());
        Paths.Add(context.Request.Path);
        Authorizations.Add(context.Request.Headers.Authorization.ToString());
        await Answer(context);
    }
}
