namespace AuthProxy.Rules.Tests;

public class RuleExplanationTests
{
    private static readonly RuleSet Ours = Loads.OurSet(
        """
        - { id: app, match: { path: /** } }
        - { id: admin, match: { host: a.test, path: /admin/** } }
        - { id: user, match: { host: a.test, path: "/users/{id}" } }
        - { id: write, match: { host: a.test, path: "/users/{id}", methods: [PUT, PATCH] } }
        - { id: keys, match: { host: a.test, path: "/users/*/keys" } }
        - { id: other, match: { host: b.test, path: /** } }
        """);

    private static readonly RuleSet Theirs = Loads.OathkeeperSet(
        Loads.Oathkeeper("wide", "http://a.test/api/<.*>"),
        Loads.Oathkeeper("narrow", "http://a.test/api/users"),
        Loads.Oathkeeper("write", "http://a.test/api/users", "[PUT, PATCH]"),
        Loads.Oathkeeper("numbers", "http://a.test/api/<[0-9]+>"),
        Loads.Oathkeeper("secure", "https://a.test/api/users"),
        Loads.Oathkeeper("never", "http://a.test/api/users", "[]"),
        Loads.Oathkeeper("any", "http://<[b-z]+>.test/<.*>"),
        Loads.Oathkeeper("elsewhere", "http://b.test/api/users"));

    [Fact]
    public void Every_rule_of_the_host_says_why_it_does_or_does_not_decide() => Assert.Equal(
        [
            "user matches and decides",
            "app matches, and rule 'user' is more specific",
            "write is for PUT, PATCH, not GET",
            "keys the path ends where the pattern has 'keys'",
            "admin the path has 'users' as segment 1, where the pattern has 'admin'",
        ],
        Explain(Ours, "GET", "https://a.test/users/7"));

    [Fact]
    public void Path_that_goes_on_is_told() =>
        Assert.Contains("user the path goes on with 'x' where the pattern ends", Explain(Ours, "GET", "https://a.test/users/7/x"));

    [Fact]
    public void Refused_request_is_nobodys() =>
        Assert.StartsWith("app matches, and the request is refused: path parameters", Explain(Ours, "GET", "https://a.test/admin;x/keys")[0], StringComparison.Ordinal);

    [Fact]
    public void Several_matches_are_told_first() => Assert.Equal(
        [
            "wide matches, and so does rule 'narrow'; of several none decides",
            "narrow matches, and so does rule 'wide'; of several none decides",
            "write is for PUT, PATCH, not GET",
            "never names no methods and so never matches",
            "numbers has a pattern that the URL begins like, and further on does not fit",
            "any has a pattern that the URL begins like, and further on does not fit",
            "secure the URL has '://a.test/api/users' where the pattern has 's://a.test/api/users'",
        ],
        Explain(Theirs, "GET", "http://a.test/api/users"));

    [Fact]
    public void Literal_difference_is_shown_and_the_one_match_comes_first()
    {
        var lines = Explain(Theirs, "GET", "http://a.test/api/orders");

        Assert.Equal("wide matches and decides", lines[0]);
        Assert.Contains("narrow the URL has 'orders' where the pattern has 'users'", lines);
    }

    [Fact]
    public void Pattern_without_an_answer_is_told()
    {
        var rules = Loads.OathkeeperSet(Loads.Oathkeeper("slow", "http://a.test/<(?!x)(a+)+>"), Loads.Oathkeeper("fast", "http://a.test/<.*>"));

        Assert.Equal(
            ["fast matches, and whether rule 'slow' does as well could not be told in time", "slow has a pattern that came to no answer within 250 ms"],
            Explain(rules, "GET", "http://a.test/" + new string('a', 60) + "!"));
    }

    [Fact]
    public void List_is_bounded_and_keeps_what_decides()
    {
        var rules = Loads.OathkeeperSet([.. Enumerable.Range(0, 50).Select(number => Loads.Oathkeeper("r" + number, $"http://a.test/api/x{number}<.*>")), Loads.Oathkeeper("short", "http://<.*>/y")]);

        Assert.Equal(20, Explain(rules, "GET", "http://a.test/api/x").Count);
        Assert.Equal("short matches and decides", rules.Explain(Requests.Facts("GET", "http://a.test/y", rules.TargetOptions), limit: 1).Select(Line).Single());
    }

    [Fact]
    public void Without_rules_there_is_nothing_to_tell() => Assert.Empty(Explain(RuleSet.Empty, "GET", "http://a.test/"));

    private static List<string> Explain(RuleSet rules, string method, string url) => [.. rules.Explain(Requests.Facts(method, url, rules.TargetOptions)).Select(Line)];

    private static string Line(RuleCandidate candidate) => $"{candidate.Rule.Id} {candidate.Why}";
}
