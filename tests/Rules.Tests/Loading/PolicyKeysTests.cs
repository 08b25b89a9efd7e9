using AuthProxy.Rules.Loading;
using AuthProxy.Rules.Policies;

namespace AuthProxy.Rules.Tests.Loading;

public class PolicyKeysTests
{
    private const string Defaults = """
        version: authproxy/v1
        defaults:
          upstream: http://127.0.0.1:3000
          authenticators: [jwt]
          timeouts: { decision: 5s, response: 30s }
          rate_limit: { requests: 100, by: subject }
          cors: { allowed_origins: ["https://app.example.com"] }
          maintenance: { retry_after: 10m }
          max_body: 1MiB
        rules:

        """;

    [Fact]
    public void Rule_without_a_word_asks_for_nothing()
    {
        var rule = Loads.OurSet("- { id: r, match: { path: / } }").Rules[0];

        Assert.Equal(RuleTimeouts.None, rule.Timeouts);
        Assert.Empty(rule.RateLimits);
        Assert.Equal((null, null, null), (rule.Cors, rule.Maintenance, rule.MaxBody));
    }

    [Fact]
    public void Defaults_hold_until_a_rule_says_otherwise()
    {
        var rule = Load("- { id: r, match: { path: / } }");

        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), null), (rule.Timeouts.Decision, rule.Timeouts.Response, rule.Timeouts.Activity));
        Assert.Equal([new RateLimit(100, TimeSpan.FromMinutes(1), RateLimitBy.Subject, 100)], rule.RateLimits);
        Assert.True(rule.Cors!.AllowsOrigin("https://app.example.com"));
        Assert.Equal((503, TimeSpan.FromMinutes(10)), (rule.Maintenance!.Status, rule.Maintenance.RetryAfter));
        Assert.Equal(1024 * 1024, rule.MaxBody);
    }

    [Fact]
    public void Rule_may_refuse_what_the_defaults_say_and_changes_one_timeout_by_itself()
    {
        var rule = Load("- { id: r, match: { path: / }, rate_limit: none, cors: none, maintenance: none, timeouts: { response: 1m } }");

        Assert.Empty(rule.RateLimits);
        Assert.Equal((null, null), (rule.Cors, rule.Maintenance));
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1)), (rule.Timeouts.Decision, rule.Timeouts.Response));
    }

    [Fact]
    public void Cors_that_is_not_enabled_is_none() =>
        Assert.Null(Load("- { id: r, match: { path: / }, cors: { enabled: false, allowed_origins: ['https://a.test'] } }").Cors);

    [Fact]
    public void Rule_limits_as_often_as_its_list_is_long()
    {
        var rule = Load("- { id: r, match: { path: / }, rate_limit: [ { requests: 10, per: 1s, burst: 20 }, { requests: 1000, per: 1h, by: session } ] }");

        Assert.Equal(
            [new RateLimit(10, TimeSpan.FromSeconds(1), RateLimitBy.Address, 20), new RateLimit(1000, TimeSpan.FromHours(1), RateLimitBy.Session, 1000)],
            rule.RateLimits);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("cross_origin: allow, ", false)]
    public void Credentials_for_pages_whose_changes_are_refused_are_worth_a_warning(string crossOrigin, bool warns) =>
        Assert.Equal(warns, Loads.Ours($"- {{ id: r, match: {{ path: / }}, {crossOrigin}cors: {{ allowed_origins: ['https://a.test'], allow_credentials: true }} }}").Warnings
            .Any(warning => warning.ToString().Contains("write cross_origin: allow if those origins may", StringComparison.Ordinal)));

    [Fact]
    public void Credentials_for_pages_that_only_read_are_not() =>
        Assert.Empty(Loads.Ours("- { id: r, match: { path: /, methods: [GET] }, cors: { allowed_origins: ['https://a.test'], allow_credentials: true } }").Warnings);

    [Fact]
    public void Limit_by_subject_where_nobody_is_known_is_worth_a_warning() =>
        Assert.Contains("everybody counts by address", Assert.Single(Loads.Ours("- { id: r, match: { path: / }, authenticators: [anonymous], rate_limit: { requests: 1, by: subject } }").Warnings).ToString(), StringComparison.Ordinal);

    private static Rule Load(string rule) => Loads.Set(RuleFileReader.LoadText(Defaults + rule, "rules.yaml")).Rules[0];
}
