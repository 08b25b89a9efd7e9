using System.Text.RegularExpressions;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Rules.Tests;

/// <summary>The <c>=&gt; METHOD URL id</c> lines of the reference files, which Oathkeeper's own engine has answered.</summary>
public partial class ReferenceRulesTests
{
    /// <summary>Where the original is weak and ours must answer otherwise; the reference says so at each.</summary>
    private static readonly Dictionary<string, string> Deliberate = new(StringComparer.Ordinal)
    {
        ["GET http://M.test/plain"] = "plain",
        ["GET http://m.test:80/plain"] = "plain",
        ["GET http://m.test/slash%2Fin/name"] = "malformed EncodedSlash",
    };

    [Theory]
    [InlineData("01-public.yaml", 8)]
    [InlineData("02-jwt.yaml", 4)]
    [InlineData("03-browser-session.yaml", 3)]
    [InlineData("11-matching.regexp.yaml", 42)]
    [InlineData("12-matching.glob.yaml", 25)]
    [InlineData("13-upstream.yaml", 9)]
    [InlineData("14-decisions.yaml", 2)]
    [InlineData("16-overlapping.yaml", 7)]
    [InlineData("20-fall-through.yaml", 3)]
    [InlineData("21-header-hygiene.yaml", 2)]
    public void Every_line_is_answered_as_required(string name, int lines)
    {
        var strategy = name.Contains("glob", StringComparison.Ordinal) ? MatchingStrategy.Glob : MatchingStrategy.Regexp;
        var rules = Loads.Set(RuleFileReader.Load([new RuleSource(ReferenceFiles.Path(name))], strategy));
        var checks = CheckLine().Matches(File.ReadAllText(ReferenceFiles.Path(name)));
        var wrong = new List<string>();
        foreach (Match check in checks)
        {
            var (method, url) = (check.Groups["method"].Value, check.Groups["url"].Value);
            var expected = Deliberate.GetValueOrDefault($"{method} {url}", check.Groups["id"].Value);
            if (Answer(rules, method, url) is var answer && answer != expected)
            {
                wrong.Add($"{method} {url}: {answer}, not {expected}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(lines, checks.Count);
    }

    [Fact]
    public void All_files_load_together_and_no_request_matches_rules_of_two()
    {
        string[] names = ["01-public.yaml", "02-jwt.yaml", "03-browser-session.yaml", "11-matching.regexp.yaml", "13-upstream.yaml", "14-decisions.yaml", "20-fall-through.yaml", "21-header-hygiene.yaml"];
        var rules = Loads.Set(RuleFileReader.Load([.. names.Select(name => new RuleSource(ReferenceFiles.Path(name)))]));

        foreach (var name in names)
        {
            Assert.All(CheckLine().Matches(File.ReadAllText(ReferenceFiles.Path(name))), check =>
                Assert.DoesNotContain("(", Answer(rules, check.Groups["method"].Value, check.Groups["url"].Value), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Switched_on_encoded_slash_is_a_slash_for_oathkeepers_patterns()
    {
        var rules = Loads.Set(RuleFileReader.Load([new RuleSource(ReferenceFiles.Path("11-matching.regexp.yaml"))]));
        var facts = Requests.Facts("GET", "http://m.test/slash%2Fin/name", rules.TargetOptions with { AllowEncodedSlash = true });

        Assert.Equal("encoded", Assert.IsType<RuleLookup.One>(rules.Find(facts)).Rule.Id);
        Assert.Equal("/slash%2Fin/name", facts.Target.Path);
    }

    [Fact]
    public void Invalid_rules_are_all_reported_at_once()
    {
        var faults = Loads.Faults(RuleFileReader.Load([new RuleSource(ReferenceFiles.Path("17-invalid-rules.yaml"))]));

        Assert.Equal(4, faults.Length);
        Assert.Contains("rule 'no-authenticators': authenticators is empty", faults[0], StringComparison.Ordinal);
        Assert.Contains("rule 'no-authorizer': authorizer is missing", faults[1], StringComparison.Ordinal);
        Assert.Contains("rule 'no-mutators': mutators", faults[2], StringComparison.Ordinal);
        Assert.Contains("rule 'bad-upstream': upstream.url is not a valid URL", faults[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_version_that_is_no_semantic_version_is_reported() =>
        Assert.Contains("rule 'bad-version': version is no semantic version", Assert.Single(Loads.Faults(RuleFileReader.Load([new RuleSource(ReferenceFiles.Path("18-unreadable.json"))]))), StringComparison.Ordinal);

    [Fact]
    public void Rpc_rules_load_with_a_warning_and_never_match()
    {
        var load = RuleFileReader.Load([new RuleSource(ReferenceFiles.Path("19-rpc.yaml"))]);

        Assert.Equal(3, load.Warnings.Count);
        Assert.Equal("-", Loads.Set(load).Answer("POST", "http://red.rpc.test/shop.v1.Orders/Get"));
    }

    private static string Answer(RuleSet rules, string method, string url) =>
        CanonicalTarget.Parse(url[url.IndexOf('/', url.IndexOf("://", StringComparison.Ordinal) + 3)..], rules.TargetOptions) is TargetOutcome.Malformed malformed
            ? $"malformed {malformed.Fault}"
            : rules.Answer(method, url);

    [GeneratedRegex(@"^\#\s+=>\s+(?<method>\w+)\s+(?<url>\S+)\s+(?<id>\S+)", RegexOptions.Multiline)]
    private static partial Regex CheckLine();
}
