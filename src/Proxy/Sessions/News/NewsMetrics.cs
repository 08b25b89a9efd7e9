using System.Diagnostics.Metrics;
using AuthProxy.Proxy.Observability;

namespace AuthProxy.Proxy.Sessions.News;

/// <summary>What replicas tell each other, in figures.</summary>
internal sealed class NewsMetrics : IDisposable
{
    private readonly Meter _meter = new(ProxyMetrics.MeterName);
    private readonly Counter<long> _heard;
    private readonly Counter<long> _missed;
    private readonly Counter<long> _sent;

    public NewsMetrics()
    {
        _heard = _meter.CreateCounter<long>(
            "authproxy.session_news.heard", "{message}", "Messages on the channel of the realm's replicas, by what became of them; forged ones are somebody else's.");
        _missed = _meter.CreateCounter<long>("authproxy.session_news.gaps", "{gap}", "Times that messages may have been missed, so that all sessions were read again.");
        _sent = _meter.CreateCounter<long>("authproxy.session_news.sent", "{message}", "News of sessions for the other replicas, by outcome.");
    }

    /// <param name="outcome">One of a few fixed words.</param>
    public void Heard(string outcome) => _heard.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Missed() => _missed.Add(1);

    public void Sent(bool taken) => _sent.Add(1, new KeyValuePair<string, object?>("outcome", taken ? "taken" : "failed"));

    /// <summary>Shows how many replicas there are, ourselves included.</summary>
    public void Count(Func<int> replicas) =>
        _meter.CreateObservableGauge("authproxy.session_news.replicas", replicas, "{process}", "Replicas of the realm that are heard or waited for.");

    public void Dispose() => _meter.Dispose();
}
