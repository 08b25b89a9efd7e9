using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Rules.Loading;
using FileSource = AuthProxy.Rules.Loading.RuleSource;

namespace AuthProxy.Proxy.Matching;

/// <summary>Reads every rule file and prepares what it says: all faults at once, or a set that may go in force.</summary>
internal sealed class RuleLoader(ProxySettings settings, RulePreparer preparer)
{
    private long _revision;

    public LoadedRules Load()
    {
        var sources = settings.AccessRules.Sources.Select(source => new FileSource(source.Path) { Limits = source.Limits }).ToList();
        var read = RuleFileReader.Load(sources, settings.AccessRules.Strategy);
        var faults = new ConfigFaults();
        faults.AddRange(read.Faults);
        var prepared = preparer.Prepare(read, Interlocked.Increment(ref _revision), faults);
        return new LoadedRules(prepared, [.. faults], [.. read.Warnings, .. faults.Warnings]);
    }
}

/// <param name="Rules">Null where there is any fault.</param>
/// <param name="Faults">Each with file, line, rule and key.</param>
/// <param name="Warnings">What is accepted although it is worth a word.</param>
internal sealed record LoadedRules(PreparedRules? Rules, IReadOnlyList<ConfigFault> Faults, IReadOnlyList<ConfigFault> Warnings);
