using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching.Sources;
using AuthProxy.Proxy.Observability;

namespace AuthProxy.Proxy.Matching;

/// <summary>
/// Puts the rules in force, and every later state of their sources that has no fault. A set with a fault never comes into force: the last good one stays, and
/// log and metric say so until the sources are right again.
/// </summary>
internal sealed class RuleReloader(
    RuleFeeds feeds, RuleLoader loader, RuleSource source, ProxyMetrics metrics, ILogger<RuleReloader> logger)
{
    private readonly Lock _loading = new();
    private volatile bool _ready;
    private IReadOnlyList<ConfigFault> _warned = [];

    /// <summary>
    /// Whether requests are wanted: a set is in force, and it has a rule that can be used, or none because there is none. Rules that the Proxy waits for, and
    /// files that are missing while nothing else is there, are worth waiting for.
    /// </summary>
    public bool IsReady => _ready;

    /// <summary>Loads for the first time, and looks after the sources from then on. The faults are those that keep the Proxy from starting.</summary>
    public IReadOnlyList<ConfigFault> Start()
    {
        // Watched before they are read: a change in between is then seen as one.
        foreach (var feed in feeds.All)
        {
            feed.Changed += Reload;
            feed.Start();
        }

        return Load();
    }

    private void Reload()
    {
        var faults = Load();
        foreach (var fault in faults)
        {
            logger.RuleFault(fault);
        }

        if (faults.Count > 0)
        {
            logger.RulesKept(faults.Count, source.Current.Revision);
        }
    }

    // One at a time: of two sources that change together, the second load sees both.
    private IReadOnlyList<ConfigFault> Load()
    {
        lock (_loading)
        {
            var loaded = loader.Load();
            Warn(loaded.Warnings);
            if (loaded.Rules is not { } rules)
            {
                metrics.RulesKept();
                return loaded.Faults;
            }

            if (loaded.Pending.Count == 0)
            {
                Take(rules, loaded);
            }

            foreach (var why in loaded.Pending)
            {
                logger.RulesAwaited(why);
            }

            return [];
        }
    }

    private void Take(PreparedRules rules, LoadedRules loaded)
    {
        foreach (var fault in loaded.Tolerated)
        {
            logger.RuleFault(fault);
        }

        source.Take(rules);
        var invalid = rules.Rules.Count - rules.Valid.Count;
        metrics.RulesTaken(rules.Rules.Count, invalid);
        logger.RulesTaken(rules.Rules.Count, rules.Revision);
        if (invalid > 0)
        {
            logger.RulesInvalid(invalid);
        }

        _ready = rules.Rules.Count > 0 ? rules.Valid.Count > 0 : loaded.AllPresent;
    }

    // Said once, and again only when something else is to be said: a set may be read every few seconds.
    private void Warn(IReadOnlyList<ConfigFault> warnings)
    {
        foreach (var warning in warnings.Except(_warned))
        {
            logger.RuleWarning(warning);
        }

        _warned = warnings;
    }
}
