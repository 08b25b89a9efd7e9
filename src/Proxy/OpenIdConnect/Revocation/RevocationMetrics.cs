using System.Diagnostics.Metrics;
using AuthProxy.Proxy.Observability;

namespace AuthProxy.Proxy.OpenIdConnect.Revocation;

/// <summary>What becomes of revocations, in figures.</summary>
internal sealed class RevocationMetrics : IDisposable
{
    private readonly Meter _meter = new(ProxyMetrics.MeterName);
    private readonly Counter<long> _revocations;

    public RevocationMetrics()
    {
        _revocations = _meter.CreateCounter<long>("authproxy.sessions.revocations", "{token}", "Refresh tokens of ended sessions that were to be revoked at their provider, by outcome.");
    }

    /// <param name="outcome">One of a few fixed words.</param>
    public void Finished(string outcome) => _revocations.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Dispose() => _meter.Dispose();
}
