using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching.Sources;
using AuthProxy.Proxy.Rehearsal;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Proxy.Matching;

/// <summary>Reads every source of rules, prepares what it says and runs its tests: all faults at once, or a set that may go in force.</summary>
/// <param name="settings">How the rules are read.</param>
/// <param name="feeds">Where the rules are.</param>
/// <param name="preparer">Makes their handlers.</param>
/// <param name="rehearsal">Runs their tests; null where these would say nothing.</param>
internal sealed class RuleLoader(ProxySettings settings, RuleFeeds feeds, RulePreparer preparer, RuleRehearsal? rehearsal = null)
{
    private long _revision;

    /// <summary>A set that may go in force has passed its tests.</summary>
    public LoadedRules Load()
    {
        var loaded = Prepare();

        // A set of which something has yet to come goes into force in no case, and its tests speak of the whole.
        return rehearsal is null || loaded.Pending.Count > 0 ? loaded : rehearsal.Judge(loaded);
    }

    /// <summary>Does all but run the tests.</summary>
    public LoadedRules Prepare()
    {
        var gathered = feeds.Gather();
        var read = RuleFileReader.LoadTexts(gathered.Texts, settings.AccessRules.Oathkeeper);
        var faults = new ConfigFaults();
        faults.AddRange(gathered.Faults);
        faults.AddRange(read.Faults);
        if (read.Rules.Any(rule => rule.Form == RuleForm.AuthProxy))
        {
            // The most specific rule wins in our form: without it, a wider one would let its requests through.
            faults.AddRange(gathered.Missing);
        }

        var tolerated = new ConfigFaults();
        var prepared = preparer.Prepare(read, Interlocked.Increment(ref _revision), faults, tolerated);

        // A fault of the service's own file is found again by every rule that uses the handler.
        return new LoadedRules(prepared, [.. faults.Distinct()], [.. gathered.Missing, .. gathered.Kept, .. read.Warnings, .. faults.Warnings, .. tolerated.Warnings])
        {
            Tolerated = [.. read.Tolerated.Concat(tolerated).Distinct()],
            Pending = gathered.Pending,
            AllPresent = gathered.Missing.Count == 0,
            Read = read,
        };
    }
}

/// <param name="Rules">Null where there is any fault.</param>
/// <param name="Faults">Each with file, line, rule and key.</param>
/// <param name="Warnings">What is accepted although it is worth a word.</param>
internal sealed record LoadedRules(PreparedRules? Rules, IReadOnlyList<ConfigFault> Faults, IReadOnlyList<ConfigFault> Warnings)
{
    /// <summary>Faults of rules that are in the set all the same, and answer 500 for them.</summary>
    public IReadOnlyList<ConfigFault> Tolerated { get; init; } = [];

    /// <summary>Sources that have yet to give their first text; while there is any, the set is not whole and must not go in force.</summary>
    public IReadOnlyList<ConfigFault> Pending { get; init; } = [];

    /// <summary>Whether no source is missing.</summary>
    public bool AllPresent { get; init; } = true;

    /// <summary>The rules as written, and the tests beside them.</summary>
    public RuleLoad? Read { get; init; }
}
