using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Rules.Loading;

/// <summary>What became of rule files: a set that may go into force, or every fault that keeps it from doing so.</summary>
/// <param name="Set">Null where there is any fault.</param>
/// <param name="Rules">The rules that could be read, also beside faults.</param>
/// <param name="Files">The files that were read, in order.</param>
/// <param name="Faults">Each with file, line, rule and key.</param>
/// <param name="Warnings">What is accepted and has no effect.</param>
public sealed record RuleLoad(
    RuleSet? Set,
    IReadOnlyList<Rule> Rules,
    IReadOnlyList<string> Files,
    IReadOnlyList<ConfigFault> Faults,
    IReadOnlyList<ConfigFault> Warnings)
{
    /// <summary>Faults of rules that are in the set all the same, because the options say so, and that refuse the requests which they match.</summary>
    public IReadOnlyList<ConfigFault> Tolerated { get; init; } = [];

    /// <summary>The tests that stand in files of their own; others are carried by the rules.</summary>
    public IReadOnlyList<RuleTest> Tests { get; init; } = [];
}
