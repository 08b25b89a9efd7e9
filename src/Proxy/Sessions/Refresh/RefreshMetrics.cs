using System.Diagnostics.Metrics;
using AuthProxy.Proxy.Observability;

namespace AuthProxy.Proxy.Sessions.Refresh;

/// <summary>What becomes of refreshes, and how long requests wait for them, in figures.</summary>
internal sealed class RefreshMetrics : IDisposable
{
    private readonly Meter _meter = new(ProxyMetrics.MeterName);
    private readonly Counter<long> _refreshes;
    private readonly Histogram<double> _waits;

    public RefreshMetrics()
    {
        _refreshes = _meter.CreateCounter<long>("authproxy.sessions.refreshes", "{refresh}", "Refreshes of sessions' tokens, by outcome.");
        _waits = _meter.CreateHistogram(
            "authproxy.sessions.refresh_wait", "s", "How long requests waited for a new token, because the one at hand had ended.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20] });
    }

    /// <param name="outcome">One of a few fixed words.</param>
    public void Finished(string outcome) => _refreshes.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Waited(TimeSpan time) => _waits.Record(time.TotalSeconds);

    public void Dispose() => _meter.Dispose();
}
