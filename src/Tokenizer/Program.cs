using AuthProxy.Hosting.Edges;
using AuthProxy.Hosting.Health;
using AuthProxy.Hosting.Logging;
using AuthProxy.Hosting.Metrics;
using AuthProxy.Hosting.Tracing;
using AuthProxy.Tokenizer.Api;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Cli;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Frame;
using AuthProxy.Tokenizer.Grants;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Keys;
using AuthProxy.Tokenizer.Logins;
using AuthProxy.Tokenizer.Sessions;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;
using AuthProxy.Tokenizer.Values;

namespace AuthProxy.Tokenizer;

/// <summary>The vault: values behind tokens, read only by a live session with a grant.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => CommandLine.RunAsync(args, Console.Out, Console.Error, CancellationToken.None);

    /// <summary>What the service is made of, and what a request meets, in order.</summary>
    public static WebApplication Build(TokenizerSettings settings, OpenedVault vault, TimeProvider clock, Action<WebApplicationBuilder>? adapt = null)
    {
        // Empty: no file, variable or argument that configuration does not name changes anything.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var health = new HealthState();

        builder.WebHost.UseKestrelCore();
        builder.Logging.AddJsonLines(settings.Log, clock);
        builder.Services.AddSingleton(clock);
        builder.AddEdges(settings.Serve.Limits, settings.Serve.Drain, health)
            .Listen(ListenerNames.Users, settings.Serve.Users)
            .Listen(ListenerNames.Services, settings.Serve.Services);
        builder.Services
            .AddSettings(settings)
            .AddStorage(vault)
            .AddKeys(vault)
            .AddCallers(settings)
            .AddSessions()
            .AddLogins()
            .AddTokens()
            .AddValues()
            .AddGrants()
            .AddApi()
            .AddAudit(vault, settings.Audit)
            .AddFrame()
            .AddEvents()
            .AddMetricsEndpoint(hasMany: null, VaultEvents.MeterName, MetricsExtensions.RequestMeter)
            .AddTracing(settings.Tracing)
            .AddRouting();
        adapt?.Invoke(builder);

        var app = builder.Build();

        app.UseUsersListener();      // gateway's assertion or login's cookie → same origin → session alive → endpoint
        app.UseRouting();
        app.UseServicesListener();   // proxy's or application's token → role → endpoint; what is not ours goes on to the probes
        app.MapHealth(health);
        app.MapMetrics();
        return app;
    }
}
