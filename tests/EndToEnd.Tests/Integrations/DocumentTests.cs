using System.Text.RegularExpressions;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Integrations;

/// <summary>docs/integrations.md promises nothing that no test shows.</summary>
public partial class DocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "integrations.md"));

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var sources = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var names = TestName().Matches(Document).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(names);
        Assert.DoesNotContain(names, name => !sources.Contains($" {name}(", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_file_that_is_linked_exists() =>
        Assert.All(Link().Matches(Document), link => Assert.True(
            File.Exists(Path.Combine(Repository.Root, "docs", link.Groups[1].Value)), link.Groups[1].Value));

    [GeneratedRegex("`([A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+){2,})`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"\]\(([^)#]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
