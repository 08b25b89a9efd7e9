using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Tests.Patterns;

public class RegexpPatternReaderTests
{
    [Theory]
    [InlineData("http://a.test/<[[:digit:]]+>", "http://a.test/12", true)]
    [InlineData("http://a.test/<[[:digit:]]+>", "http://a.test/1a", false)]
    [InlineData("http://a.test/<[[:alpha:]_]+>", "http://a.test/a_Z", true)]
    [InlineData("http://a.test/<[[:alpha:]_]+>", "http://a.test/a1", false)]
    [InlineData("http://a.test/<[^[:alnum:]]+>", "http://a.test/--", true)]
    [InlineData("http://a.test/<[^[:alnum:]]+>", "http://a.test/-a", false)]
    [InlineData("http://a.test/<[[:^lower:]]+>", "http://a.test/AB1", true)]
    [InlineData("http://a.test/<[[:^lower:]]+>", "http://a.test/aB1", false)]
    [InlineData("http://a.test/<[[:^digit:]]+>", "http://a.test/abc", true)]
    [InlineData("http://a.test/<[]x]+>", "http://a.test/]x", true)]
    [InlineData("http://a.test/<[^]x]+>", "http://a.test/ab", true)]
    [InlineData(@"http://a.test/<[\]x]+>", "http://a.test/]x", true)]
    [InlineData(@"http://a.test/<\x{61}b>", "http://a.test/ab", true)]
    [InlineData("http://a.test/<(?P<name>x+)>", "http://a.test/xx", true)]
    [InlineData("http://a.test/<(?<name>x+)>", "http://a.test/xx", true)]
    [InlineData("http://a.test/<(?i:abc)>", "http://a.test/ABC", true)]
    [InlineData("http://a.test/<a*?>/x", "http://a.test/aa/x", true)]
    [InlineData("http://a.test/<(?!admin).*>", "http://a.test/administrator", false)]
    [InlineData("http://a.test/a.b+c(d)", "http://a.test/a.b+c(d)", true)]
    [InlineData("http://a.test/a.b", "http://a.test/axb", false)]
    [InlineData("http://A.TEST:80/x", "http://a.test/x", true)]
    [InlineData("HTTPS://a.test:443/<x>", "https://a.test/x", true)]
    [InlineData("<https?>://A.test/X", "http://a.test/X", true)]
    [InlineData("<https?>://A.test/X", "http://a.test/x", false)]
    [InlineData("http://<[a-z]+>.Test/X<.*>", "http://a.test/Xy", true)]
    [InlineData("http://a.test/admin", "http://ADMIN.a.test/admin", false)]
    [InlineData("http://a.test/admin", "http://A.TEST/admin", true)]
    [InlineData("http://a.test/admin", "http://a.test:80/admin", true)]
    [InlineData("http://a.test/admin", "http://a.test:443/admin", false)]
    [InlineData("https://a.test/admin", "https://a.test:443/admin", true)]
    [InlineData("HTTP://<[a-z]+>.Test:80/admin", "http://a.test/admin", true)]
    [InlineData("https://<[a-z]+>.test:80/admin", "https://a.test:80/admin", true)]
    [InlineData("https://<[a-z]+>.test:80/admin", "https://a.test/admin", false)]
    [InlineData("http://<[a-z]+>.test./admin", "http://a.test/admin", true)]
    [InlineData("<.*>/Admin", "http://a.test/Admin", true)]
    [InlineData("<.*>/Admin", "http://a.test/admin", false)]
    public void Pattern_matches_as_oathkeepers_engine_does(string pattern, string url, bool matches) =>
        Assert.Equal(matches ? "r" : "-", Loads.OathkeeperSet(Loads.Oathkeeper("r", pattern)).Answer("GET", url));

    [Theory]
    [InlineData("http://a.test/<a", "has unbalanced angle brackets")]
    [InlineData("http://a.test/a>", "has unbalanced angle brackets")]
    [InlineData("http://a.test/<(?<=a)b>", "has unbalanced angle brackets")]
    [InlineData("http://a.test/<(?>a+)b>", "has unbalanced angle brackets")]
    [InlineData("http://a.test/<(a>", "is no regular expression")]
    [InlineData("http://a.test/<a)(b>", "is no regular expression")]
    [InlineData(@"http://a.test/<(a)>/<\1>", "is no regular expression")]
    [InlineData("http://a.test/<[>", "is no regular expression")]
    [InlineData("http://a.test/<[[:digits:]]>", "names the character class '[:digits:]', which does not exist")]
    public void Faulty_pattern_is_a_load_error(string pattern, string fault) =>
        Assert.StartsWith($"rules.yaml:1: rule 'r': match.url {fault}", Assert.Single(Loads.Faults(Loads.OathkeeperLoad(Loads.Oathkeeper("r", pattern)))), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://<.*>.a.test/x", "http://b.a.test/x", "b")]
    [InlineData("<(http|https)>://h/<.*>", "http://h/x", "http,http,x")]
    [InlineData("http://h/opt<(|/.*)>", "http://h/opt/a/b", "/a/b,/a/b")]
    [InlineData("http://h/opt<(|/.*)>", "http://h/opt", ",")]
    [InlineData("http://h/<(?P<n>a)(b)>", "http://h/ab", "ab,b,a")]
    [InlineData("http://h/<(a)?b>", "http://h/b", "b,")]
    [InlineData("http://h/<foo|bar>", "http://h/bar", "bar")]
    [InlineData("http://h/plain", "http://h/plain", "")]
    public void Captures_come_in_order_and_named_ones_last(string pattern, string url, string groups)
    {
        var rules = Loads.OathkeeperSet(Loads.Oathkeeper("r", pattern));
        var facts = Requests.Facts("GET", url, rules.TargetOptions);

        Assert.True(Assert.IsType<RuleLookup.One>(rules.Find(facts)).Captures(facts).TryReadAll(out var captures));
        Assert.Equal(groups, string.Join(',', captures));
    }

    [Fact]
    public void Line_feed_at_the_end_does_not_match()
    {
        var pattern = new RegexpPatternReader().TryRead("http://a.test/<admin>", ["GET"], out _)!;

        Assert.Equal(PatternVerdict.Yes, pattern.Test("http://a.test/admin"));
        Assert.Equal(PatternVerdict.No, pattern.Test("http://a.test/admin\n"));
    }

    [Theory]
    [InlineData("http://<.*>Admin<.*>", "capitals")]
    [InlineData("http://a.test<.*>Secret/x", "capitals")]
    [InlineData("<https?>://app.test:443/admin", "default port")]
    [InlineData("<http|https>://app.test:80", "default port")]
    public void Text_that_would_silently_match_nothing_is_a_load_error(string pattern, string why)
    {
        Assert.Null(new RegexpPatternReader().TryRead(pattern, ["GET"], out var fault));
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://<[a-z]+>.App.test/Admin"), InlineData("<https?>://App.test:8443/Admin"), InlineData("http://App.test<(/.*)?>"), InlineData("<https?>://app.test/Admin/<.*>")]
    public void Capitals_of_a_host_are_read_in_lower_case_and_those_of_a_path_as_they_are(string pattern) =>
        Assert.NotNull(new RegexpPatternReader().TryRead(pattern, ["GET"], out _));

    [Theory]
    [InlineData("http://a.test/<(?!x)(a+)+>")]
    [InlineData(@"http://a.test/<(a|aa)+(?=b)\1>")]
    public void Catastrophic_pattern_ends_in_a_failure_and_never_in_no_match(string pattern)
    {
        var rules = Loads.OathkeeperSet(Loads.Oathkeeper("slow", pattern), Loads.Oathkeeper("other", "http://a.test/<.*>!"));
        var facts = Requests.Facts("GET", "http://a.test/" + new string('a', 60) + "!", rules.TargetOptions);

        var failed = Assert.IsType<RuleLookup.Failed>(rules.Find(facts));

        Assert.Equal("slow", failed.Rule.Id);
        Assert.False(new RuleCaptures(failed.Rule.Pattern, facts).TryReadAll(out _));
    }

    [Theory]
    [InlineData("http://a.test/<(a+)+>")]
    [InlineData("http://a.test/<(a|a?)+>")]
    [InlineData("http://a.test/<(a*)*>")]
    [InlineData("http://a.test/<a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a{28}>")]
    [InlineData("http://a.test/<(.*a){12}>")]
    public void Pattern_that_backtracking_would_never_finish_is_answered_at_once(string pattern) =>
        Assert.Equal("other", Loads.OathkeeperSet(Loads.Oathkeeper("slow", pattern), Loads.Oathkeeper("other", "http://a.test/<.*>!"))
            .Answer("GET", "http://a.test/" + new string('a', 4000) + "!"));

    [Theory]
    [InlineData("GET", "r")]
    [InlineData("get", "r")]
    [InlineData("HEAD", "-")]
    [InlineData("POST", "-")]
    public void Method_is_compared_without_case(string method, string answer) =>
        Assert.Equal(answer, Loads.OathkeeperSet(Loads.Oathkeeper("r", "http://a.test/x")).Answer(method, "http://a.test/x"));

    [Fact]
    public void Empty_list_of_methods_matches_nothing_and_is_warned_of()
    {
        var load = Loads.OathkeeperLoad(Loads.Oathkeeper("r", "http://a.test/x", "[]"));

        Assert.Equal("-", Loads.Set(load).Answer("GET", "http://a.test/x"));
        Assert.Equal("rules.yaml:1: rule 'r': match names no methods and so never matches", Assert.Single(load.Warnings).ToString());
    }

    [Fact]
    public void Several_matching_rules_are_all_named()
    {
        var rules = Loads.OathkeeperSet(Loads.Oathkeeper("wide", "http://a.test/<.*>"), Loads.Oathkeeper("narrow", "http://a.test/x"), Loads.Oathkeeper("other", "http://a.test/y"));

        var several = Assert.IsType<RuleLookup.Several>(rules.Find("GET", "http://a.test/x"));

        Assert.Equal(["narrow", "wide"], several.Rules.Select(rule => rule.Id).Order());
    }
}
