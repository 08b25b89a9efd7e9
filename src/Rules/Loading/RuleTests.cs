using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Patterns;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Rules.Loading;

/// <summary>Gives the tests that a rule carries what the rule knows: its name, and its host.</summary>
internal static class RuleTests
{
    /// <param name="tests">The tests as written.</param>
    /// <param name="host">The rule's host; null where its pattern does not say one.</param>
    /// <param name="rule">The rule's own node.</param>
    /// <param name="index">Which rule of its file it is.</param>
    /// <param name="faults">Where faults go.</param>
    public static IReadOnlyList<RuleTest> Of(IReadOnlyList<RuleTest> tests, HostPattern? host, ConfigNode rule, int index, ConfigFaults faults)
    {
        foreach (var test in tests.Where(test => test.Request.Host.Length == 0 && host is null or { Below: true }))
        {
            faults.Add(new ConfigFault(test.File, test.Line, test.Key, "names no host, and its rule is for many; add request.host, or write request.url"));
        }

        return
        [
            .. tests.Select(test => test with
            {
                Key = RuleKeys.Relative(rule, test.Key, index),
                Request = test.Request.Host.Length > 0 ? test.Request : test.Request with { Host = host?.Name ?? "" },
            }),
        ];
    }
}
