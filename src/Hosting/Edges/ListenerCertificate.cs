using System.Net.Security;
using AuthProxy.Hosting.Metrics;
using AuthProxy.Hosting.Watching;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Hosting.Edges;

/// <summary>The certificate that a listener shows now. New files are taken without a restart; broken ones are not, and the last good one stays.</summary>
internal sealed class ListenerCertificate : IDisposable
{
    private readonly string _listener;
    private readonly TlsSettings _settings;
    private readonly ILogger _log;
    private readonly WatchedFile[] _watches;
    private readonly Lock _gate = new();
    private volatile TlsMaterial _current;

    /// <exception cref="InvalidOperationException">There is no good certificate to begin with.</exception>
    public ListenerCertificate(string listener, TlsSettings settings, TimeProvider time, ILogger log)
    {
        (_listener, _settings, _log) = (listener, settings, log);
        var files = new[] { settings.Certificate.File, settings.Key.File, settings.ClientCa?.File };
        _watches = [.. files.OfType<string>().Distinct(StringComparer.Ordinal).Select(file => new WatchedFile(file, time, log))];
        _current = TlsMaterial.TryRead(settings, out var material, out var why)
            ? material
            : throw new InvalidOperationException($"The TLS settings of listener {listener} cannot be used: it {why}.");
        foreach (var watch in _watches)
        {
            watch.Changed += Reload;
        }
    }

    public SslServerAuthenticationOptions Options => _current.Options;

    public void Dispose()
    {
        foreach (var watch in _watches)
        {
            watch.Dispose();
        }

        _current.Dispose();
    }

    private void Reload()
    {
        // Certificate and key are two files with a watch each.
        lock (_gate)
        {
            if (TlsMaterial.TryRead(_settings, out var material, out var why))
            {
                // The old one is left to the garbage collector: handshakes that began with it still need it.
                _current = material;
                _log.CertificateTaken(_listener, material.NotAfter);
                HostingMeter.CertificateReloads.Add(1, new("listener", _listener), new("outcome", "taken"));
            }
            else
            {
                _log.CertificateKept(_listener, why);
                HostingMeter.CertificateReloads.Add(1, new("listener", _listener), new("outcome", "refused"));
            }
        }
    }
}
