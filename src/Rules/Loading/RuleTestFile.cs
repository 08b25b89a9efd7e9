using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Rules.Loading;

/// <summary>A file of tests beside the rules: <c>orders.tests.yaml</c> for <c>orders.yaml</c>, and for every other rule of the set.</summary>
public static class RuleTestFile
{
    private const string Mark = ".tests";

    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    private static readonly Schema<RuleTest> Test = RuleTestSchema.Schema.Select((test, node, faults) =>
    {
        // No rule carries it: without one of both, any refusal of any rule might do.
        if (test.Expect is { Rule: null, Status: null })
        {
            faults.Add(node, "names neither expect.rule nor expect.status; outside of a rule a test needs one of both");
        }

        return test;
    });

    private static readonly Schema<IReadOnlyList<RuleTest>> File = Declare.Object<IReadOnlyList<RuleTest>>("rule tests", "Tests of the rules of a set.", o =>
    {
        var tests = o.List("tests", Test, "Requests and what must become of them; rules whose tests fail never go into force.").NotEmpty("write at least one test");
        return read => read.Get(tests);
    });

    /// <summary>What may be written in a file of tests.</summary>
    public static Schema Schema => File;

    /// <summary>Whether a file holds tests, by its name; such a file is not read as rules.</summary>
    public static bool Is(string file) => System.IO.Path.GetFileNameWithoutExtension(file).EndsWith(Mark, StringComparison.Ordinal);

    /// <summary>The file of tests that stands beside a single file of rules, whatever its ending; null where there is none.</summary>
    public static string? Beside(string file) => Is(file) ? null : Endings.Select(ending => System.IO.Path.ChangeExtension(file, Mark + ending)).FirstOrDefault(System.IO.File.Exists);

    internal static IReadOnlyList<RuleTest> Read(ConfigNode root, ConfigFaults faults) => File.Read(root, faults) ?? [];
}
