using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Watching;
using AuthProxy.Jose;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Observability;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Proxy.Matching.Sources;

/// <summary>
/// A rule file behind an address, asked for again and again. What it once got stays until the address has something else to say, however long that takes.
/// </summary>
internal sealed class AddressFeed(RuleOrigin.Address origin, RuleSourceLimits limits, ProxyMetrics metrics, TimeProvider time, ILogger logger) : IRuleFeed
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    private readonly HttpMessageInvoker _http = new(DocumentFetcher.CreateHandler());
    private readonly CancellationTokenSource _stop = new();
    private SecretFile? _authorization;
    private volatile FetchedRules? _rules;
    private volatile string _why = "has not been asked yet";
    private int _failures;

    public event Action? Changed;

    public void Start()
    {
        _authorization = origin.Authorization is { } secret ? new SecretFile(secret, time, logger) : null;
        _ = AskAgainAndAgainAsync(new RuleFetch(_http, origin.Url, _authorization), _stop.Token);
    }

    public RuleFeedOutcome Read() => _rules is { } rules
        ? new RuleFeedOutcome.Texts([new RuleText(origin.Name, rules.Utf8, limits)])
        : new RuleFeedOutcome.Pending(new ConfigFault(origin.Name, 0, "", $"the address {_why}"));

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _http.Dispose();
        _authorization?.Dispose();
    }

    private async Task AskAgainAndAgainAsync(RuleFetch fetch, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await AskAsync(fetch, stop);
                await Task.Delay(UntilNext(), time, stop);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // The Proxy ends.
        }
    }

    private TimeSpan UntilNext() =>
        _failures == 0 ? origin.Interval : TimeSpan.FromTicks(Math.Min(origin.Interval.Ticks, FirstRetry.Ticks << Math.Min(_failures - 1, 12)));

    private async Task AskAsync(RuleFetch fetch, CancellationToken stop)
    {
        try
        {
            using var deadline = new CancellationTokenSource(Timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
            Succeeded(await fetch.RunAsync(_rules, either.Token));
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            // Whatever it was: one that is not asked again would keep its rules for ever.
            Failed(Describe(fault));
        }
    }

    private static string Describe(Exception fault) => fault switch
    {
        UnusableAnswerException => fault.Message,
        OperationCanceledException => $"did not answer within {Timeout.TotalSeconds:0} s",
        HttpRequestException or IOException => $"could not be asked: {fault.GetBaseException().Message}",
        _ => $"could not be asked: {fault.GetType().Name}",
    };

    private void Succeeded(FetchedRules? rules)
    {
        metrics.RulesFetched(succeeded: true);
        if (_failures > 0)
        {
            logger.AddressAnswersAgain(origin.Name);
        }

        _failures = 0;
        if (rules is not null)
        {
            _rules = rules;
            Changed?.Invoke();
        }
    }

    private void Failed(string why)
    {
        metrics.RulesFetched(succeeded: false);
        _why = why;
        if (_failures++ == 0)
        {
            logger.AddressFailed(origin.Name, why);
        }
    }
}
