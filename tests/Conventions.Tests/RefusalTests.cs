using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Conventions.Tests;

public partial class RefusalTests
{
    /// <summary>Wherever refusals are listed: a second list in one service would be found by its headings.</summary>
    public static TheoryData<string> Catalogues { get; } =
        [.. Repository.Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => Fields(type).Length > 0).Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(Catalogues))]
    public void Reasons_are_unique_and_look_alike(string catalogue)
    {
        var refusals = Refusals(catalogue);

        Assert.NotEmpty(refusals);
        Assert.Empty(refusals.GroupBy(refusal => refusal.Reason).Where(group => group.Count() > 1).Select(group => group.Key));
        Assert.All(refusals, refusal => Assert.Matches("^[a-z]+(-[a-z]+)*$", refusal.Reason));
        Assert.All(refusals, refusal => Assert.InRange(refusal.Status, 400, 599));
        Assert.All(refusals, refusal => Assert.Matches("^[A-Z].*\\.$", refusal.Title));
    }

    [Theory]
    [MemberData(nameof(Catalogues))]
    public void Catalogue_names_are_the_reasons(string catalogue) =>
        Assert.All(Fields(catalogue), field => Assert.Equal(field.Name, ToPascal(((Refusal)field.GetValue(null)!).Reason)));

    [Theory]
    [MemberData(nameof(Catalogues))]
    public void Every_401_says_what_to_bring(string catalogue) =>
        Assert.All(Refusals(catalogue).Where(refusal => refusal.Challenge is not null), refusal => Assert.Equal(401, refusal.Status));

    [Theory]
    [MemberData(nameof(Catalogues))]
    public void Every_reason_is_documented_and_none_that_does_not_exist(string catalogue)
    {
        var section = catalogue.StartsWith("AuthProxy.Proxy.", StringComparison.Ordinal) ? "The Proxy" : "The Tokenizer";
        var existing = Refusals(catalogue).Select(refusal => $"{refusal.Reason} {refusal.Status}").Order(StringComparer.Ordinal);
        var documented = Documented(section).Order(StringComparer.Ordinal);

        Assert.Equal(existing, documented);
    }

    [Fact]
    public void Same_reason_in_both_services_has_the_same_status()
    {
        var statuses = Catalogues.AsEnumerable<object[]>().SelectMany(row => Refusals((string)row[0]))
            .GroupBy(refusal => refusal.Reason)
            .Where(group => group.Select(refusal => refusal.Status).Distinct().Count() > 1);

        Assert.Empty(statuses.Select(group => group.Key));
    }

    private static IEnumerable<string> Documented(string section)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "refusals.md"));
        var begin = text.IndexOf($"\n## {section}\n", StringComparison.Ordinal) + 1;
        var end = text.IndexOf("\n## ", begin, StringComparison.Ordinal);
        foreach (Match row in Row().Matches(end < 0 ? text[begin..] : text[begin..end]))
        {
            Assert.True(row.Groups["client"].Value.Length > 10 && row.Groups["operator"].Value.Length > 5, row.Value);
            yield return $"{row.Groups["reason"].Value} {row.Groups["status"].Value}";
        }
    }

    private static FieldInfo[] Fields(Type type) =>
        [.. type.GetFields(BindingFlags.Static | BindingFlags.Public).Where(field => field.FieldType == typeof(Refusal))];

    private static FieldInfo[] Fields(string catalogue) =>
        Fields(Repository.Assemblies.Select(assembly => assembly.GetType(catalogue)).Single(found => found is not null)!);

    private static List<Refusal> Refusals(string catalogue) => [.. Fields(catalogue).Select(field => (Refusal)field.GetValue(null)!)];

    private static string ToPascal(string reason) =>
        string.Concat(reason.Split('-').Select(word => char.ToUpper(word[0], CultureInfo.InvariantCulture) + word[1..]));

    [GeneratedRegex(@"^\| `(?<reason>[^`]+)` \| (?<status>\d{3}) \| (?<client>[^|]+) \| (?<operator>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
