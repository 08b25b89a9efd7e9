using System.Diagnostics.Metrics;
using AuthProxy.Proxy.Observability;

namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>How Redis does, as this process sees it, in figures.</summary>
internal sealed class RedisMetrics : IDisposable
{
    private readonly Histogram<double> _calls;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _connections;
    private readonly Counter<long> _losses;
    private readonly Counter<long> _gaps;

    public RedisMetrics()
    {
        _calls = Meter.CreateHistogram(
            "authproxy.redis.call.duration", "s", "How long calls of the session store took that Redis answered.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1] });
        _failures = Meter.CreateCounter<long>("authproxy.redis.failures", "{call}", "Calls and messages that Redis did not take, by kind.");
        _connections = Meter.CreateCounter<long>("authproxy.redis.connections", "{attempt}", "Attempts to connect, by outcome; one that succeeds beyond the first is a reconnection.");
        _losses = Meter.CreateCounter<long>("authproxy.redis.losses", "{connection}", "Connections that were lost or given up.");
        _gaps = Meter.CreateCounter<long>("authproxy.redis.message_gaps", "{gap}", "Times that messages of other replicas may have been dropped on the way, because the connection that carries them began anew.");
    }

    public Meter Meter { get; } = new(ProxyMetrics.MeterName);

    public void Answered(TimeSpan time) => _calls.Record(time.TotalSeconds);

    public void Failed(RedisFailure kind) => _failures.Add(1, new KeyValuePair<string, object?>("kind", NameOf(kind)));

    public void Connected(bool succeeded) => _connections.Add(1, new KeyValuePair<string, object?>("outcome", succeeded ? "connected" : "failed"));

    public void Lost() => _losses.Add(1);

    public void MessagesMayBeMissing() => _gaps.Add(1);

    /// <summary>Shows what state the connection is in.</summary>
    public void Show(Func<RedisState> state) => Meter.CreateObservableGauge(
        "authproxy.redis.state",
        () => Of(state()),
        description: "1 for the state of the connection: connecting, connected, silent or lost.");

    public void Dispose() => Meter.Dispose();

    // Asked once: a state that changes meanwhile would show twice, or not at all.
    private static IEnumerable<Measurement<int>> Of(RedisState now) =>
        Enum.GetValues<RedisState>().Select(one => new Measurement<int>(one == now ? 1 : 0, new KeyValuePair<string, object?>("state", NameOf(one))));

    private static string NameOf(RedisFailure kind) => kind switch
    {
        RedisFailure.Unconnected => "unconnected",
        RedisFailure.Silent => "silent",
        RedisFailure.Timeout => "timeout",
        RedisFailure.Refused => "refused",
        RedisFailure.Broken => "broken",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string NameOf(RedisState state) => state switch
    {
        RedisState.Connecting => "connecting",
        RedisState.Connected => "connected",
        RedisState.Silent => "silent",
        RedisState.Lost => "lost",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>Why Redis did not take something.</summary>
internal enum RedisFailure
{
    /// <summary>There is no connection.</summary>
    Unconnected,

    /// <summary>The server has not answered for a while, so nothing was sent.</summary>
    Silent,

    /// <summary>It was sent, and not answered in time.</summary>
    Timeout,

    /// <summary>The server said no.</summary>
    Refused,

    /// <summary>The connection broke meanwhile, or was another one by then.</summary>
    Broken,
}

/// <summary>What state the connection to Redis is in.</summary>
internal enum RedisState
{
    /// <summary>There has been none yet.</summary>
    Connecting,

    Connected,

    /// <summary>It stands, and the server does not answer; in a Cluster one of its nodes.</summary>
    Silent,

    /// <summary>There was one.</summary>
    Lost,
}
