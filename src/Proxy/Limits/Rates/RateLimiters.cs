using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Rules;
using AuthProxy.Rules.Policies;

namespace AuthProxy.Proxy.Limits.Rates;

/// <summary>
/// Makes the rate limits of rules when they load. Rules with the same limit share a table, so that memory goes by the number of
/// different limits that somebody wrote; the table outlives a reload as long as a rule in force names its limit.
/// </summary>
internal sealed class RateLimiters(TimeProvider clock, ProxySettings settings)
{
    private const int MostTables = 64;

    private readonly Lock _gate = new();
    private readonly BucketNames _names = new();
    private readonly Dictionary<RateLimit, WeakReference<BucketTable>> _tables = [];

    /// <summary>Null where the rule has no limit, so that its requests pay for none.</summary>
    public RuleRateLimits? Create(Rule rule)
    {
        if (rule.RateLimits.Count == 0)
        {
            return null;
        }

        var limiters = rule.RateLimits.Select(limit => new RateLimiter(rule.Id, limit, TableOf(limit), _names, settings.Assertion.Issuer)).ToList();
        return new RuleRateLimits([.. limiters.Where(limiter => limiter.GoesByAddress)], [.. limiters.Where(limiter => !limiter.GoesByAddress)]);
    }

    /// <summary>Bounds the memory that a set of rules may take.</summary>
    public static void Check(IReadOnlyList<Rule> rules, ConfigFaults faults)
    {
        var seen = new HashSet<RateLimit>();
        foreach (var rule in rules.Where(rule => rule.RateLimits.Count > 0))
        {
            seen.UnionWith(rule.RateLimits);
            if (seen.Count > MostTables)
            {
                faults.Add(new ConfigFault(rule.File, rule.Line, $"{rule}: rate_limit", $"is one of more than {MostTables} different limits, each of which needs memory of its own; use the same for several rules"));
                return;
            }
        }
    }

    private BucketTable TableOf(RateLimit limit)
    {
        lock (_gate)
        {
            if (_tables.TryGetValue(limit, out var known) && known.TryGetTarget(out var table))
            {
                return table;
            }

            foreach (var forgotten in _tables.Where(entry => !entry.Value.TryGetTarget(out _)).Select(entry => entry.Key).ToList())
            {
                _tables.Remove(forgotten);
            }

            _tables[limit] = new WeakReference<BucketTable>(table = new BucketTable(limit, clock));
            return table;
        }
    }
}

/// <summary>The rate limits of one rule, by when they can be checked.</summary>
/// <param name="BeforeAuthentication">Those that go by address: they protect logins, and the services that are asked who is calling.</param>
/// <param name="AfterAuthentication">Those that go by who is calling.</param>
internal sealed record RuleRateLimits(IReadOnlyList<RateLimiter> BeforeAuthentication, IReadOnlyList<RateLimiter> AfterAuthentication);
