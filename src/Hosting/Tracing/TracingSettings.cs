using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Hosting.Tracing;

/// <summary>Where spans go, in Oathkeeper's keys; nowhere unless an address is given.</summary>
public sealed record TracingSettings(string ServiceName, Uri? Endpoint, double SamplingRatio, Secret? AuthorizationHeader)
{
    private static readonly Schema<double> Sampling = Declare.Object<double>("sampling", "How many traces are kept.", o =>
    {
        var ratio = o.Number("sampling_ratio", "Share of traces that are sent.").Default("1").AtLeast("0").AtMost("1");
        return read => read.Get(ratio);
    });

    private static readonly Schema<(Uri? Endpoint, double Ratio, Secret? Header)> Otlp = Declare.Object<(Uri?, double, Secret?)>("otlp", "An OTLP collector, spoken to over HTTP.", o =>
    {
        var address = o.Text("server_url", "Collector's address with port; tracing is off without it.").Example("collector:4318").Optional();
        var insecure = o.Boolean("insecure", "Plain HTTP where the address names no scheme.").Default(false);
        var sampling = o.Object("sampling", Sampling, "How many traces are kept.");
        var header = o.Secret("authorization_header", "Value of the Authorization header for the collector.").Optional();
        return read =>
        {
            var endpoint = read.Get(address) is { } text ? EndpointOf(text, read.Get(insecure)) : null;
            if (read.IsGiven(address) && endpoint is null)
            {
                read.Fault(address, "is no address; write host:port or an address with http:// or https://");
            }

            return (endpoint, read.Get(sampling), read.Get(header));
        };
    });

    private static readonly Schema<(Uri? Endpoint, double Ratio, Secret? Header)> Providers = Declare.Object<(Uri?, double, Secret?)>("providers", "Where spans go.", o =>
    {
        var otlp = o.Object("otlp", Otlp, "An OTLP collector.");
        o.Accepted("jaeger", "spans go to an OTLP collector; Jaeger speaks OTLP itself");
        o.Accepted("zipkin", "spans go to an OTLP collector");
        return read => read.Get(otlp);
    });

    /// <param name="serviceName">The default of <c>service_name</c>.</param>
    public static Schema<TracingSettings> Schema(string serviceName) => Declare.Object<TracingSettings>("tracing", "Traces over OTLP.", o =>
    {
        var provider = o.Choice("provider", "Kind of collector; spans go to an OTLP collector only.", ("otel", true), ("jaeger", false), ("zipkin", false)).Default("otel");
        var name = o.Text("service_name", "Name under which the spans stand.").Default(serviceName);
        var providers = o.Object("providers", Providers, "Where spans go.");
        o.Accepted("deployment_environment", "write it into service_name, or let the collector add it");
        return read =>
        {
            if (!read.Get(provider))
            {
                read.Warn(provider, "has no effect: spans go to an OTLP collector, which Jaeger and Zipkin's successors are; write otel and providers.otlp.server_url");
            }

            return new TracingSettings(read.Get(name), read.Get(providers).Endpoint, read.Get(providers).Ratio, read.Get(providers).Header);
        };
    });

    private static Uri? EndpointOf(string text, bool insecure)
    {
        var address = text.Contains("://", StringComparison.Ordinal) ? text : $"{(insecure ? "http" : "https")}://{text}";
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
            ? uri.AbsolutePath.Length > 1 ? uri : new Uri(uri, "/v1/traces")
            : null;
    }
}
