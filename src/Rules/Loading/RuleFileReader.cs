using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Loading;

/// <summary>Text to rules, in both forms; the content says which.</summary>
public static class RuleFileReader
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>Reads files and folders with their tests, and indexes the rules.</summary>
    public static RuleLoad Load(IReadOnlyList<RuleSource> sources, MatchingStrategy strategy = MatchingStrategy.Regexp)
    {
        var reading = new RuleReading(new OathkeeperOptions { Strategy = strategy });
        foreach (var source in sources)
        {
            foreach (var file in FilesOf(source, reading))
            {
                reading.Read(file, source.Limits);
            }
        }

        return Finish(reading);
    }

    /// <summary>Does the same with texts that were read already, wherever they came from.</summary>
    public static RuleLoad LoadTexts(IReadOnlyList<RuleText> texts, OathkeeperOptions? options = null)
    {
        var reading = new RuleReading(options ?? OathkeeperOptions.Default);
        foreach (var text in texts)
        {
            reading.Read(text);
        }

        return Finish(reading);
    }

    /// <summary>Reads one text as if it were a file.</summary>
    public static RuleLoad LoadText(string text, string file, RuleSourceLimits? limits = null, MatchingStrategy strategy = MatchingStrategy.Regexp)
    {
        var reading = new RuleReading(new OathkeeperOptions { Strategy = strategy });
        reading.ReadText(text, file, limits ?? RuleSourceLimits.None);
        return Finish(reading);
    }

    private static RuleLoad Finish(RuleReading reading)
    {
        var faults = new ConfigFaults();
        faults.AddRange(reading.Faults);
        var set = RuleSet.Build(reading.Rules, faults);
        return new RuleLoad(faults.Any ? null : set, reading.Rules, reading.Files, [.. faults], reading.Warnings) { Tests = reading.Tests, Tolerated = reading.Tolerated };
    }

    private static IEnumerable<string> FilesOf(RuleSource source, RuleReading reading)
    {
        if (!Directory.Exists(source.Path))
        {
            return RuleTestFile.Beside(source.Path) is { } tests ? [source.Path, tests] : [source.Path];
        }

        try
        {
            // Sorted, so that faults and ties read the same on every machine. A ConfigMap's own folders begin with dots.
            return [.. Directory.EnumerateFiles(source.Path)
                .Where(file => Extensions.Contains(Path.GetExtension(file)) && !Path.GetFileName(file).StartsWith('.'))
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            reading.Faults.Add(new ConfigFault(source.Path, 0, "", $"the folder cannot be read: {fault.Message}"));
            return [];
        }
    }
}
