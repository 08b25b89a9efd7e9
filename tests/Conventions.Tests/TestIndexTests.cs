using System.Text.RegularExpressions;

namespace AuthProxy.Conventions.Tests;

/// <summary>docs/attacks.md, docs/pains.md, docs/lunadefend.md and docs/secure-frame.md say which tests show an attack withstood, a pain or a weakness gone; these tests keep them honest.</summary>
public partial class TestIndexTests
{
    [Theory]
    [InlineData("attacks.md"), InlineData("pains.md"), InlineData("lunadefend.md"), InlineData("secure-frame.md"), InlineData("cryptography.md")]
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

    [Fact]
    public void Every_weakness_of_LunaDefend_has_a_row_with_a_test()
    {
        var rows = Regex.Matches(Read("lunadefend.md"), @"^\| (?<weakness>W\d+): [^|]+ \| [^|]+ \| (?<tests>[^|]+) \|$", RegexOptions.Multiline);

        Assert.Equal(Enumerable.Range(1, 33).Select(number => $"W{number}"), rows.Select(row => row.Groups["weakness"].Value));
        Assert.All(rows, row => Assert.Matches(Named(), row.Groups["tests"].Value));
    }

    /// <summary>What somebody steals who has everything, or nothing that opens anything, is shown by no test.</summary>
    [Fact]
    public void Every_thief_is_withstood_by_a_test()
    {
        var thieves = string.Concat(Read("cryptography.md").Split("### ").Where(section => section.StartsWith("What a thief", StringComparison.Ordinal)));
        var rows = Regex.Matches(thieves, @"^\| (?!-|stolen)(?<stolen>[^|]+) \| [^|]+ \| [^|]+ \| (?<tests>[^|]+) \|$", RegexOptions.Multiline)
            .Where(row => row.Groups["stolen"].Value is not ("master keys alone" or "the Tokenizer's process memory"))
            .ToList();

        Assert.InRange(rows.Count, 20, int.MaxValue);
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
