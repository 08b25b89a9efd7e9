namespace AuthProxy.Rules.Tests.Patterns;

/// <summary>Spellings that get past, or into, a rule that is read more loosely than the request is served.</summary>
public class UrlPatternAttackTests
{
    private static readonly RuleSet Regexps = Loads.OathkeeperSet(
        Loads.Oathkeeper("admin", "http://a.test/admin"),
        Loads.Oathkeeper("file", "http://a.test/a.b"),
        Loads.Oathkeeper("public", "http://a.test/public<(/.*)?>"),
        Loads.Oathkeeper("tenant", "http://<[a-z]+>.tenants.test/<.*>"));

    private static readonly RuleSet Globs = Loads.Set(Loads.GlobLoad(
        Loads.Oathkeeper("admin", "http://a.test/admin"),
        Loads.Oathkeeper("file", "http://a.test/a.b"),
        Loads.Oathkeeper("public", "http://a.test/public<{,/**}>"),
        Loads.Oathkeeper("tenant", "http://<*>.tenants.test/<**>")));

    public static TheoryData<bool> Strategies => [false, true];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Line_feed_never_matches(bool globs)
    {
        Assert.Equal(TargetFault.ControlCharacter, Requests.Fault("/admin%0A", Rules(globs).TargetOptions));
        Assert.Equal(TargetFault.ControlCharacter, Requests.Fault("/public/%0a", Rules(globs).TargetOptions));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Traversal_is_matched_as_what_it_leads_to(bool globs)
    {
        Assert.Equal("admin", Rules(globs).Answer("GET", "http://a.test/public/../admin"));
        Assert.Equal("admin", Rules(globs).Answer("GET", "http://a.test/public/%2e%2e/admin"));
        Assert.Equal("admin", Rules(globs).Answer("GET", "http://a.test//admin/./"));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Host_is_one_whatever_its_case_port_and_closing_dot(bool globs)
    {
        Assert.Equal("admin", Rules(globs).Answer("GET", "http://A.TEST/admin"));
        Assert.Equal("admin", Rules(globs).Answer("GET", "http://a.test.:80/admin"));
        Assert.Equal("tenant", Rules(globs).Answer("GET", "http://ACME.tenants.test/x"));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Host_of_another_is_no_host_of_ours(bool globs)
    {
        Assert.Equal("-", Rules(globs).Answer("GET", "http://a.test.evil.test/admin"));
        Assert.Equal("-", Rules(globs).Answer("GET", "http://evil-a.test/admin"));
        Assert.Equal("-", Rules(globs).Answer("GET", "http://evil.test/x.tenants.test/y"));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Dot_outside_of_brackets_is_a_dot(bool globs) => Assert.Equal("-", Rules(globs).Answer("GET", "http://a.test/axb"));

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Absolute_form_is_matched_by_its_path(bool globs) => Assert.Equal(
        "admin",
        Rules(globs).Find(new RequestFacts("GET", "http", "a.test", Requests.Target("http://a.test/admin?/public", Rules(globs).TargetOptions))) is RuleLookup.One one ? one.Rule.Id : "-");

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Query_never_takes_part(bool globs) => Assert.Equal("-", Rules(globs).Answer("GET", "http://a.test/other?/public"));

    private static RuleSet Rules(bool globs) => globs ? Globs : Regexps;
}
