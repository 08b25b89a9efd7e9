using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Watching;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Observability;

namespace AuthProxy.Proxy.Matching;

/// <summary>
/// Puts the rules in force, and every later state of their files that has no fault. A set with a fault never comes into force:
/// the last good one stays, and log and metric say so until the files are right again.
/// </summary>
internal sealed class RuleReloader(
    ProxySettings settings, RuleLoader loader, RuleSource source, ProxyMetrics metrics, TimeProvider time, ILogger<RuleReloader> logger) : IDisposable
{
    private readonly Lock _loading = new();
    private IReadOnlyList<Watch> _watches = [];

    /// <summary>Loads for the first time, and watches from then on. The faults are those that keep the Proxy from starting.</summary>
    public IReadOnlyList<ConfigFault> Start()
    {
        // Watched before they are read: a change in between is then seen as one.
        _watches = [.. settings.AccessRules.Sources.Select(WatchOver)];
        return Load();
    }

    public void Dispose()
    {
        foreach (var watch in _watches)
        {
            watch.Dispose();
        }
    }

    private Watch WatchOver(RuleSourceSettings rules)
    {
        Watch watch = Directory.Exists(rules.Path)
            ? new WatchedFolder(rules.Path, time, logger, ".yaml", ".yml", ".json")
            : new WatchedFile(rules.Path, time, logger);
        watch.Changed += Reload;
        return watch;
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
            foreach (var warning in loaded.Warnings)
            {
                logger.RuleWarning(warning);
            }

            if (loaded.Rules is { } rules)
            {
                source.Take(rules);
                metrics.RulesTaken(rules.Rules.Count);
                logger.RulesTaken(rules.Rules.Count, rules.Revision);
                return [];
            }

            metrics.RulesKept();
            return loaded.Faults;
        }
    }
}
