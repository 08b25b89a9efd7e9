using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AuthProxy.Hosting.Tracing;

public static class TracingExtensions
{
    /// <summary>Sends spans of the platform and of <paramref name="sources"/>; does nothing unless an address is configured.</summary>
    public static IServiceCollection AddTracing(this IServiceCollection services, TracingSettings settings, params string[] sources)
    {
        if (settings.Endpoint is not null)
        {
            services.AddSingleton(_ => new Spans(settings, sources));
            services.AddHostedService(provider => provider.GetRequiredService<Spans>());
        }

        return services;
    }

    /// <summary>The SDK's provider; ending with the host lets it send what it still holds.</summary>
    private sealed class Spans(TracingSettings settings, string[] sources) : IHostedService, IDisposable
    {
        private TracerProvider? _provider;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _provider = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService(settings.ServiceName))

                // By trace id alone: a client's "sampled" flag must not decide what we spend.
                .SetSampler(new TraceIdRatioBasedSampler(settings.SamplingRatio))
                .AddSource(["Microsoft.AspNetCore", "System.Net.Http", .. sources])
                .AddProcessor(new RedactingProcessor())
                .AddOtlpExporter(Configure)
                .Build();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            _provider?.ForceFlush(2_000);
            return Task.CompletedTask;
        }

        public void Dispose() => _provider?.Dispose();

        private void Configure(OtlpExporterOptions options)
        {
            options.Protocol = OtlpExportProtocol.HttpProtobuf;
            options.Endpoint = settings.Endpoint!;
            if (settings.AuthorizationHeader is { } header)
            {
                // The exporter's own list of headers splits values at commas.
                options.HttpClientFactory = () =>
                {
                    var client = new HttpClient { Timeout = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds) };
                    client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header.Reveal());
                    return client;
                };
            }
        }
    }
}
