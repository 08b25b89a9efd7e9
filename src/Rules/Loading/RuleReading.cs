using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Rules.Loading;

/// <summary>What has been read so far, of all sources together.</summary>
internal sealed class RuleReading(MatchingStrategy strategy)
{
    private const string OurVersion = "authproxy/v1";

    public List<Rule> Rules { get; } = [];

    /// <summary>The tests of files of their own.</summary>
    public List<RuleTest> Tests { get; } = [];

    public List<string> Files { get; } = [];

    public List<ConfigFault> Faults { get; } = [];

    public List<ConfigFault> Warnings { get; } = [];

    public void Read(string file, RuleSourceLimits limits)
    {
        var faults = new ConfigFaults();
        Add(file, ConfigReader.ReadFile(file, faults), faults, limits);
    }

    public void ReadText(string text, string file, RuleSourceLimits limits)
    {
        var faults = new ConfigFaults();
        Add(file, ConfigReader.ReadText(text, file, faults), faults, limits);
    }

    private void Add(string file, IReadOnlyList<ConfigNode> roots, ConfigFaults faults, RuleSourceLimits limits)
    {
        Files.Add(file);
        if (roots is [var tests] && RuleTestFile.Is(file))
        {
            Tests.AddRange(RuleTestFile.Read(tests, faults));
            Faults.AddRange(faults);
            return;
        }

        if (roots is [var root])
        {
            var rules = ReadRoot(root, faults);
            foreach (var rule in rules)
            {
                SourceLimits.Check(rule, limits, faults);
            }

            Rules.AddRange(rules);
            Faults.AddRange(faults.Select(fault => RuleKeys.Name(fault, root)));
            Warnings.AddRange(faults.Warnings.Select(warning => RuleKeys.Name(warning, root)));
            return;
        }

        if (!faults.Any)
        {
            faults.Add(new ConfigFault(file, 0, "", roots.Count == 0
                ? $"the file is empty; write 'version: {OurVersion}' and rules, or a list of Oathkeeper's rules"
                : "the file holds several documents; write one"));
        }

        Faults.AddRange(faults);
    }

    private IReadOnlyList<Rule> ReadRoot(ConfigNode root, ConfigFaults faults)
    {
        switch (root)
        {
            case ConfigSequence list:
                return OathkeeperFile.Read(list, strategy, faults);
            case ConfigMapping mapping when mapping["version"] is ConfigScalar { Text: OurVersion }:
                return RuleFile.Read(mapping, faults);
            case ConfigMapping mapping:
                faults.Add(mapping["version"] ?? mapping, mapping["version"] is null
                    ? $"has no version; begin it with 'version: {OurVersion}'"
                    : $"is not known; write {OurVersion}");
                return [];
            default:
                faults.Add(root, $"is {root.Kind}; write 'version: {OurVersion}' and rules, or a list of Oathkeeper's rules");
                return [];
        }
    }
}
