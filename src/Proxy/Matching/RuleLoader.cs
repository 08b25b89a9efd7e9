using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Rehearsal;
using AuthProxy.Rules.Loading;
using FileSource = AuthProxy.Rules.Loading.RuleSource;

namespace AuthProxy.Proxy.Matching;

/// <summary>Reads every rule file, prepares what it says and runs its tests: all faults at once, or a set that may go in force.</summary>
/// <param name="settings">Where the rules are.</param>
/// <param name="preparer">Makes their handlers.</param>
/// <param name="rehearsal">Runs their tests; null where these would say nothing.</param>
internal sealed class RuleLoader(ProxySettings settings, RulePreparer preparer, RuleRehearsal? rehearsal = null)
{
    private long _revision;

    /// <summary>A set that may go in force has passed its tests.</summary>
    public LoadedRules Load()
    {
        var loaded = Prepare();
        return rehearsal is null ? loaded : rehearsal.Judge(loaded);
    }

    /// <summary>Does all but run the tests.</summary>
    public LoadedRules Prepare()
    {
        var sources = settings.AccessRules.Sources.Select(source => new FileSource(source.Path) { Limits = source.Limits }).ToList();
        var read = RuleFileReader.Load(sources, settings.AccessRules.Strategy);
        var faults = new ConfigFaults();
        faults.AddRange(read.Faults);
        var prepared = preparer.Prepare(read, Interlocked.Increment(ref _revision), faults);
        return new LoadedRules(prepared, [.. faults], [.. read.Warnings, .. faults.Warnings]) { Read = read };
    }
}

/// <param name="Rules">Null where there is any fault.</param>
/// <param name="Faults">Each with file, line, rule and key.</param>
/// <param name="Warnings">What is accepted although it is worth a word.</param>
internal sealed record LoadedRules(PreparedRules? Rules, IReadOnlyList<ConfigFault> Faults, IReadOnlyList<ConfigFault> Warnings)
{
    /// <summary>The rules as written, and the tests beside them.</summary>
    public RuleLoad? Read { get; init; }
}
