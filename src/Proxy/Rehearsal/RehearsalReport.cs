using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>What became of all tests of a set of rules.</summary>
/// <param name="Results">One for each test that ran, in the order of the files.</param>
/// <param name="Count">How many tests there are.</param>
/// <param name="Unfinished">Why not all of them ran; null where they did.</param>
internal sealed record RehearsalReport(IReadOnlyList<TestResult> Results, int Count, ConfigFault? Unfinished)
{
    public int Passed => Results.Count(result => result.Failure is null);

    public bool Succeeded => Unfinished is null && Passed == Count;

    /// <summary>What keeps the set from going in force.</summary>
    public IEnumerable<ConfigFault> Faults =>
    [
        .. from result in Results where result.Failure is not null select Fault(result, result.Failure!),
        .. Unfinished is null ? Array.Empty<ConfigFault>() : [Unfinished],
    ];

    /// <summary>Answers that nobody asked for: the rule may no longer ask whom the author believes that it asks.</summary>
    public IEnumerable<ConfigFault> Warnings =>
        from result in Results
        from unused in result.Unused
        select Fault(result, $"has an answer of {Script.Named(unused.Url)} that nobody asked for");

    private static ConfigFault Fault(TestResult result, string message) => new(result.Test.File, result.Test.Line, result.Title, message);
}

/// <summary>What became of one test.</summary>
/// <param name="Test">The test.</param>
/// <param name="Carrier">The rule that carries it; null for a test of a file of its own.</param>
/// <param name="Failure">Why it failed; null where it passed.</param>
/// <param name="Took">How long it took.</param>
internal sealed record TestResult(RuleTest Test, Rule? Carrier, string? Failure, TimeSpan Took)
{
    /// <summary>The rule and the place in it, and the test's own name where it has one.</summary>
    public string Title => Test.Name.Length > 0 ? $"{Test.Key} '{string.Concat(Test.Name.Select(character => char.IsControl(character) ? '?' : character))}'" : Test.Key;

    /// <summary>The answers that were not needed.</summary>
    public IReadOnlyList<RuleTestAnswer> Unused { get; init; } = [];
}
