using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Forwarding;

/// <summary>The connection pools to upstreams: one for all that need no TLS settings of their own, one for each that does.</summary>
internal sealed class UpstreamClients(UpstreamTrace trace) : IDisposable
{
    private readonly HttpMessageInvoker _shared = Create(null, trace);
    private readonly ConcurrentDictionary<UpstreamTls, HttpMessageInvoker> _own = new();

    public HttpMessageInvoker For(UpstreamTls? tls) => tls is null ? _shared : _own.GetOrAdd(tls, Create, trace);

    public void Dispose()
    {
        _shared.Dispose();
        foreach (var client in _own.Values)
        {
            client.Dispose();
        }
    }

    private static HttpMessageInvoker Create(UpstreamTls? tls, UpstreamTrace trace) => new(new SocketsHttpHandler
    {
        // The client's cookies, redirects and encodings are the client's; the machine's proxy settings are not for us.
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        ActivityHeadersPropagator = trace.ForClient,
        MeterFactory = new Uncounted(),

        // Header bytes pass as they are, whatever encoding they were meant in.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        SslOptions = tls is null ? new SslClientAuthenticationOptions() : OptionsOf(tls),
    });

    private static SslClientAuthenticationOptions OptionsOf(UpstreamTls tls)
    {
        var options = new SslClientAuthenticationOptions();
        if (tls.AuthorityFile is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPem(SmallFile.ReadText(tls.AuthorityFile));
            options.CertificateChainPolicy = policy;
        }

        if (tls is { CertificateFile: { } certificate, KeyFile: { } key })
        {
            // Read at each new connection, so that a renewed certificate is used without a restart.
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => X509Certificate2.CreateFromPem(SmallFile.ReadText(certificate), SmallFile.ReadText(key));
        }

        return options;
    }

    /// <summary>
    /// Keeps the client's own counts off the page: a dozen updates a request, which cost more than all stages' work on it, for what
    /// <c>authproxy.upstream.duration</c> says in one.
    /// </summary>
    private sealed class Uncounted : IMeterFactory
    {
        private readonly Meter _meter = new("AuthProxy.Uncounted");

        public Meter Create(MeterOptions options) => _meter;

        public void Dispose() => _meter.Dispose();
    }
}

/// <summary>TLS towards one upstream: a certificate authority of its own, a certificate that we show.</summary>
/// <param name="AuthorityFile">PEM file of the only authorities believed for this upstream; null for the system's.</param>
/// <param name="CertificateFile">PEM file of the certificate we show; null for none.</param>
/// <param name="KeyFile">PEM file of its private key.</param>
internal sealed record UpstreamTls(string? AuthorityFile, string? CertificateFile, string? KeyFile);
