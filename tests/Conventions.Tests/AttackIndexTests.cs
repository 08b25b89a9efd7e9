using System.Text.RegularExpressions;

namespace AuthProxy.Conventions.Tests;

/// <summary>docs/attacks.md says for each published attack which test withstands it; these tests keep it honest.</summary>
public partial class AttackIndexTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "attacks.md"));

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToLookup(Path.GetFileNameWithoutExtension, File.ReadAllText);

        var missing = Named().Matches(Page)
            .Where(named => !sources[named.Groups["type"].Value].Any(text => text.Contains($" {named.Groups["method"].Value}(", StringComparison.Ordinal)))
            .Select(named => named.Value);

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_attack_names_a_test()
    {
        var rows = Row().Matches(Page);

        Assert.InRange(rows.Count, 60, int.MaxValue);
        Assert.All(rows, row => Assert.Matches(Named(), row.Groups["tests"].Value));
    }

    // CVE-2022-26924 was fixed in 1.1.1.
    [Fact]
    public void YARP_is_newer_than_its_advisories()
    {
        var pinned = Regex.Match(File.ReadAllText(Path.Combine(Repository.Root, "Directory.Packages.props")), "Yarp.ReverseProxy\" Version=\"(?<version>[0-9.]+)\"");

        Assert.True(Version.Parse(pinned.Groups["version"].Value) >= new Version(2, 1, 0));
    }

    [GeneratedRegex(@"`(?<type>\w+Tests)\.(?<method>\w+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"^\| (?!-|where)(?<where>[^|]+) \| (?<attack>[^|]+) \| (?<tests>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
