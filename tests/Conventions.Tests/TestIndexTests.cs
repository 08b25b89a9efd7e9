using System.Text.RegularExpressions;

namespace AuthProxy.Conventions.Tests;

/// <summary>docs/attacks.md and docs/pains.md say which tests show an attack withstood or a pain gone; these tests keep them honest.</summary>
public partial class TestIndexTests
{
    [Theory]
    [InlineData("attacks.md"), InlineData("pains.md")]
    public void Every_test_that_is_named_exists_and_is_the_only_one_of_its_name(string page)
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToLookup(Path.GetFileNameWithoutExtension, File.ReadAllText);

        var unclear = Named().Matches(Read(page))
            .Where(named => sources[named.Groups["type"].Value].Count(text => text.Contains($" {named.Groups["method"].Value}(", StringComparison.Ordinal)) != 1)
            .Select(named => named.Value);

        Assert.Empty(unclear);
    }

    [Theory]
    [InlineData("attacks.md", 60)]
    [InlineData("pains.md", 35)]
    public void Every_row_names_a_test(string page, int atLeast)
    {
        var rows = Row().Matches(Read(page));

        Assert.InRange(rows.Count, atLeast, int.MaxValue);
        Assert.All(rows, row => Assert.Matches(Named(), row.Groups["tests"].Value));
    }

    // CVE-2022-26924 was fixed in 1.1.1.
    [Fact]
    public void YARP_is_newer_than_its_advisories()
    {
        var pinned = Regex.Match(File.ReadAllText(Path.Combine(Repository.Root, "Directory.Packages.props")), "Yarp.ReverseProxy\" Version=\"(?<version>[0-9.]+)\"");

        Assert.True(Version.Parse(pinned.Groups["version"].Value) >= new Version(2, 1, 0));
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(Repository.Root, "docs", page));

    [GeneratedRegex(@"`(?<type>\w+Tests)\.(?<method>\w+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"^\| (?!-|where)(?<where>[^|]+) \| (?<attack>[^|]+) \| (?<tests>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
