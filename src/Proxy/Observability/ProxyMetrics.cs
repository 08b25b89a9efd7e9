using System.Diagnostics.Metrics;
using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Proxy.Observability;

/// <summary>What the Proxy counts. Names of rules and reasons are the only labels: both are few, and neither comes from a client.</summary>
internal sealed class ProxyMetrics : IDisposable
{
    public const string MeterName = "AuthProxy.Proxy";

    // From a hit in every cache to an upstream that takes its time.
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly string[] StatusClasses = ["other", "1xx", "2xx", "3xx", "4xx", "5xx"];

    private readonly Meter _meter;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _upstream;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _reloads;
    private readonly Counter<long> _fetches;
    private int _underWay;
    private int _lastReloadSucceeded = 1;
    private int _rules;
    private int _invalidRules;

    /// <param name="meterName">Another name for what must not be counted among the Proxy's own.</param>
    public ProxyMetrics(string meterName = MeterName)
    {
        _meter = new Meter(meterName);
        _requests = _meter.CreateCounter<long>("authproxy.requests", description: "Requests answered, by rule and class of status.");
        _duration = _meter.CreateHistogram("authproxy.request.duration", "s", "Time from a request's head to the end of its answer, by rule.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        _upstream = _meter.CreateHistogram("authproxy.upstream.duration", "s", "Time from forwarding a request to the head of the upstream's answer, by rule.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        _refusals = _meter.CreateCounter<long>("authproxy.refusals", description: "Requests that went no further, by reason.");
        _reloads = _meter.CreateCounter<long>("authproxy.rules.reloads", description: "Rule sets read after a change, by outcome.");
        _fetches = _meter.CreateCounter<long>("authproxy.rules.fetches", description: "Times that an address was asked for rules, by outcome.");
        _meter.CreateObservableGauge("authproxy.requests.under_way", () => Volatile.Read(ref _underWay), "{request}", "Requests that are being answered.");
        _meter.CreateObservableGauge("authproxy.rules.reload.last_success", () => Volatile.Read(ref _lastReloadSucceeded), description: "1 where the rules in force are those in the files.");
        _meter.CreateObservableGauge("authproxy.rules.active", () => Volatile.Read(ref _rules), description: "Rules in force.");
        _meter.CreateObservableGauge("authproxy.rules.invalid", () => Volatile.Read(ref _invalidRules), description: "Rules in force that answer 500 where their faults are.");
    }

    public Meter Meter => _meter;

    /// <summary>Whether an instrument is labelled by rule, of which there may be very many.</summary>
    public static bool IsByRule(Instrument instrument) =>
        instrument.Name is "authproxy.requests" or "authproxy.request.duration" or "authproxy.upstream.duration";

    public void Began() => Interlocked.Increment(ref _underWay);

    /// <summary>What <see cref="Began"/> has been answered.</summary>
    public void Answered(string rule, int status, TimeSpan elapsed)
    {
        Interlocked.Decrement(ref _underWay);
        _requests.Add(1, new("rule", rule), new("status", StatusClasses[status is >= 100 and < 600 ? status / 100 : 0]));
        _duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("rule", rule));
    }

    public void UpstreamAnswered(string rule, TimeSpan elapsed) => _upstream.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("rule", rule));

    public void Refused(Refusal refusal) => _refusals.Add(1, new KeyValuePair<string, object?>("reason", refusal.Reason));

    public void RulesTaken(int count, int invalid)
    {
        Volatile.Write(ref _rules, count);
        Volatile.Write(ref _invalidRules, invalid);
        Reloaded(succeeded: true);
    }

    public void RulesFetched(bool succeeded) => _fetches.Add(1, new KeyValuePair<string, object?>("outcome", succeeded ? "answered" : "failed"));

    public void RulesKept() => Reloaded(succeeded: false);

    public void Dispose() => _meter.Dispose();

    private void Reloaded(bool succeeded)
    {
        Volatile.Write(ref _lastReloadSucceeded, succeeded ? 1 : 0);
        _reloads.Add(1, new KeyValuePair<string, object?>("outcome", succeeded ? "taken" : "kept"));
    }
}
