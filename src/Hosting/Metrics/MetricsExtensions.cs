using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AuthProxy.Hosting.Metrics;

public static class MetricsExtensions
{
    private static readonly string[] PlatformMeters =
        ["Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", HostingMeter.Name];

    /// <summary>The platform's counts of requests, for a service that has none of its own.</summary>
    public const string RequestMeter = "Microsoft.AspNetCore.Hosting";

    /// <summary>Counts for <see cref="MapMetrics"/>: the platform's meters of connections, calls and the process, and the given ones.</summary>
    public static IServiceCollection AddMetricsEndpoint(this IServiceCollection services, params string[] meters)
    {
        services.AddMetrics();
        // By a factory: the container ends only what it made.
        services.AddSingleton(_ => new MetricsPage([.. PlatformMeters, .. meters]));
        return services;
    }

    /// <summary>Prometheus' page. To be mapped on the probes' listener only.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints, string path = "/metrics")
    {
        var page = endpoints.ServiceProvider.GetRequiredService<MetricsPage>();
        endpoints.MapGet(path, page.AnswerAsync);
    }
}

/// <summary>The SDK's provider with our exporter, alive as long as the service.</summary>
public sealed class MetricsPage : IDisposable
{
    private readonly PrometheusExporter _exporter = new();
    private readonly MeterProvider _provider;

    public MetricsPage(params string[] meters) =>
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(meters).AddReader(new BaseExportingMetricReader(_exporter)).Build();

    public byte[]? Render() => _exporter.Render();

    public void Dispose() => _provider.Dispose();

    internal async Task AnswerAsync(HttpContext context)
    {
        if (Render() is not { } page)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        context.Response.ContentLength = page.Length;
        await context.Response.BodyWriter.WriteAsync(page, context.RequestAborted);
    }
}
