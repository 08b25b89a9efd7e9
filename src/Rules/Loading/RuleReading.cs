using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Rules.Loading;

/// <summary>What has been read so far, of all sources together.</summary>
internal sealed class RuleReading(OathkeeperOptions options)
{
    private const string OurVersion = "authproxy/v1";

    private readonly OathkeeperReading _oathkeeper = new(options);

    public List<Rule> Rules { get; } = [];

    /// <summary>The tests of files of their own.</summary>
    public List<RuleTest> Tests { get; } = [];

    public List<string> Files { get; } = [];

    public List<ConfigFault> Faults { get; } = [];

    public List<ConfigFault> Warnings { get; } = [];

    /// <summary>Faults of rules that are in <see cref="Rules"/> all the same.</summary>
    public List<ConfigFault> Tolerated { get; } = [];

    public void Read(string file, RuleSourceLimits limits)
    {
        var faults = new ConfigFaults();
        Add(file, ConfigReader.ReadFile(file, faults), faults, limits);
    }

    public void Read(RuleText text)
    {
        var faults = new ConfigFaults();
        Add(text.Name, ConfigReader.ReadBytes(text.Utf8.Span, text.Name, faults), faults, text.Limits);
    }

    public void ReadText(string text, string file, RuleSourceLimits limits)
    {
        var faults = new ConfigFaults();
        Add(file, ConfigReader.ReadText(text, file, faults), faults, limits);
    }

    private void Add(string file, IReadOnlyList<ConfigNode> documents, ConfigFaults faults, RuleSourceLimits limits)
    {
        Files.Add(file);
        if (documents is [var tests] && RuleTestFile.Is(file))
        {
            Tests.AddRange(RuleTestFile.Read(tests, faults));
            Faults.AddRange(faults);
            return;
        }

        var tolerated = new ConfigFaults();
        foreach (var rule in faults.Any && documents.Count != 1 ? [] : ReadDocuments(file, documents, faults, tolerated))
        {
            SourceLimits.Check(rule, limits, faults);
            Rules.Add(rule with { Limits = limits });
        }

        Faults.AddRange(faults.Select(Name));
        Warnings.AddRange(faults.Warnings.Select(Name));
        Tolerated.AddRange(tolerated.Select(Name));

        ConfigFault Name(ConfigFault fault) => documents is [var root] ? RuleKeys.Name(fault, root) : fault;
    }

    private IReadOnlyList<Rule> ReadDocuments(string file, IReadOnlyList<ConfigNode> documents, ConfigFaults faults, ConfigFaults tolerated)
    {
        // "---" at the end of a file begins one more document, with nothing in it.
        var written = documents.Where(document => document is not ConfigScalar { IsNull: true }).ToList();
        if (written.Exists(RuleManifest.IsResource))
        {
            return _oathkeeper.Read(RuleManifest.ToRules(written, faults), faults, tolerated);
        }

        if (documents is [var root])
        {
            return ReadRoot(root, faults, tolerated);
        }

        faults.Add(new ConfigFault(file, 0, "", documents.Count == 0
            ? $"the file is empty; write 'version: {OurVersion}' and rules, or a list of Oathkeeper's rules"
            : "the file holds several documents; write one"));
        return [];
    }

    private IReadOnlyList<Rule> ReadRoot(ConfigNode root, ConfigFaults faults, ConfigFaults tolerated)
    {
        switch (root)
        {
            case ConfigSequence list:
                return _oathkeeper.Read(list.Items, faults, tolerated);
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
