using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Forwarding;

namespace AuthProxy.Proxy.Configuration;

/// <summary>How upstreams are asked.</summary>
/// <param name="ResponseTimeout">How long an upstream may take to begin its answer.</param>
/// <param name="ActivityTimeout">How long a stream may be silent in both directions.</param>
/// <param name="Tls">TLS settings of single upstreams, by <c>https://host:port</c>.</param>
/// <param name="Http2">Upstreams that speak HTTP/2 without TLS (gRPC), by <c>http://host:port</c>.</param>
internal sealed record ForwardingSettings(
    TimeSpan ResponseTimeout, TimeSpan ActivityTimeout, IReadOnlyDictionary<string, UpstreamTls> Tls, IReadOnlyList<string> Http2)
{
    private static readonly Schema<UpstreamTls> TlsSchema = Declare.Object<UpstreamTls>("upstream tls", "TLS towards one upstream.", o =>
    {
        var authority = o.Path("ca", "PEM file of the only authorities that are believed.").Optional();
        var certificate = o.Path("cert", "PEM file of the certificate that we show.").Optional();
        var key = o.Path("key", "PEM file of its private key.").Optional();
        return read =>
        {
            if (read.Get(certificate) is null != read.Get(key) is null)
            {
                read.Fault("names a certificate without its key, or a key without its certificate");
            }

            return new UpstreamTls(read.Get(authority), read.Get(certificate), read.Get(key));
        };
    });

    public static readonly Schema<ForwardingSettings> Schema = Declare.Object<ForwardingSettings>("forwarding", "How upstreams are asked.", o =>
    {
        var response = o.Duration("response_timeout", "How long an upstream may take to begin its answer, counted from the end of the request's body.").Default("60s").AtLeast("100ms").AtMost("1h");
        var activity = o.Duration("activity_timeout", "How long a body, stream or WebSocket may be silent in both directions.").Default("5m").AtLeast("1s").AtMost("24h");
        var tls = o.Map("tls", "upstream", TlsSchema, "TLS settings of single upstreams, by https://host:port.");
        var http2 = o.List("http2", Declare.Text, "Upstreams that speak HTTP/2 without TLS (gRPC), as http://host:port.");
        return read => new ForwardingSettings(read.Get(response), read.Get(activity), read.Get(tls), read.Get(http2));
    });
}
