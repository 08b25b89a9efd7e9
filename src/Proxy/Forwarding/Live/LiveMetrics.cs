using System.Diagnostics.Metrics;
using AuthProxy.Proxy.Observability;

namespace AuthProxy.Proxy.Forwarding.Live;

/// <summary>How many requests of sessions last, and why they end before their time, in figures.</summary>
internal sealed class LiveMetrics : IDisposable
{
    private readonly Meter _meter = new(ProxyMetrics.MeterName);
    private readonly UpDownCounter<long> _listed;
    private readonly Counter<long> _ended;

    public LiveMetrics()
    {
        _listed = _meter.CreateUpDownCounter<long>("authproxy.live_exchanges", "{request}", "WebSockets, event streams and other long answers of sessions that are open.");
        _ended = _meter.CreateCounter<long>("authproxy.live_exchanges.ended", "{request}", "Those that were ended before their time, by reason.");
    }

    public void Listed(int change) => _listed.Add(change);

    public void Ended(ExchangeEnd why) => _ended.Add(1, new KeyValuePair<string, object?>("reason", NameOf(why)));

    public void Dispose() => _meter.Dispose();

    private static string NameOf(ExchangeEnd why) => why switch
    {
        ExchangeEnd.SessionEnded => "session-ended",
        ExchangeEnd.Expired => "expired",
        ExchangeEnd.BearerEnded => "bearer-ended",
        _ => "unconfirmed",
    };
}
