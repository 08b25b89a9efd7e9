using System.Diagnostics.Metrics;
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
    /// <param name="services">Where to.</param>
    /// <param name="hasMany">Which instruments have labels of more than a few fixed words; null for none.</param>
    /// <param name="meters">Names of the service's own meters.</param>
    public static IServiceCollection AddMetricsEndpoint(this IServiceCollection services, Predicate<Instrument>? hasMany, params string[] meters)
    {
        services.AddMetrics();
        // By a factory: the container ends only what it made.
        services.AddSingleton(_ => new MetricsPage(hasMany, [.. PlatformMeters, .. meters]));
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
    // The SDK makes room for so many combinations of labels as soon as an instrument is there; what comes beyond them is counted as one.
    private static readonly MetricStreamConfiguration Few = new() { CardinalityLimit = 200 };
    private static readonly MetricStreamConfiguration Many = new() { CardinalityLimit = 2000 };

    private readonly PrometheusExporter _exporter = new();
    private readonly MeterProvider _provider;

    /// <param name="hasMany">Which instruments have labels of more than a few fixed words; null for none.</param>
    /// <param name="meters">Names of all meters that are shown.</param>
    public MetricsPage(Predicate<Instrument>? hasMany, params string[] meters) => _provider = Sdk.CreateMeterProviderBuilder()
        .AddMeter(meters)
        .AddView(instrument => hasMany?.Invoke(instrument) == true ? Many : Few)
        .AddReader(new BaseExportingMetricReader(_exporter))
        .Build();

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
