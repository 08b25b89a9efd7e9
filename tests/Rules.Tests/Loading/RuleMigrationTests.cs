using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Rules.Tests.Loading;

public class RuleMigrationTests
{
    private static readonly RuleLoad Sample = RuleFileReader.Load([new RuleSource(ReferenceFiles.Path("08-keto-legacy.json"))]);

    [Fact]
    public void Dollars_of_old_rules_become_capture_groups()
    {
        var config = ConfigOf(Rule("keto-old").Authorizers[0].Handlers.Single());

        Assert.Equal("users:{{ printIndex .MatchContext.RegexpCaptureGroups (sub 2 1 | int)}}", TextOf(config["required_action"]));
        Assert.Equal("users:{{ printIndex .MatchContext.RegexpCaptureGroups (sub 1 1 | int)}}", TextOf(config["required_resource"]));
        Assert.Equal("exact", TextOf(config["flavor"]));
    }

    [Fact]
    public void Rule_of_a_later_version_stays_as_it_is() =>
        Assert.Equal("groups:{{ printIndex .MatchContext.RegexpCaptureGroups 0 }}", TextOf(ConfigOf(Rule("keto-new").Authorizers[0].Handlers.Single())["required_resource"]));

    [Fact]
    public void Counted_retries_become_times_where_todays_schema_wants_them_and_a_warning_says_so()
    {
        var config = ConfigOf(Rule("hydrator-old").Mutators[0]);
        var retry = Assert.IsType<ConfigMapping>(Assert.IsType<ConfigMapping>(config["api"])["retry"]);

        Assert.Null(config["retry"]);
        Assert.Equal(("2500ms", "500ms"), (TextOf(retry["give_up_after"]), TextOf(retry["max_delay"])));
        Assert.Contains("rule 'hydrator-old': mutators[0].config.retry is read as config.api.retry: { give_up_after: 2500ms, max_delay: 500ms }", Assert.Single(Sample.Warnings).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v0.32.0-beta.1+oryOS.12", "{ number_of_retries: 3 }", "300ms")]
    [InlineData("v0.32.0", "{ number_of_retries: 3 }", null)]
    [InlineData("", "{ number_of_retries: 3 }", null)]
    [InlineData("v0.30.0", "{ give_up_after: 1s }", null)]
    public void Retries_are_moved_for_old_versions_only(string version, string retry, string? expected)
    {
        var config = ConfigOf(Loads.Set(Hydrator(version, retry)).Rules[0].Mutators[0]);

        Assert.Equal(expected, ((config["api"] as ConfigMapping)?["retry"] as ConfigMapping)?["give_up_after"] is ConfigScalar text ? text.Text : null);
        Assert.Equal(expected is null, config["retry"] is not null);
    }

    [Fact]
    public void Retries_that_are_no_number_are_a_fault() =>
        Assert.Contains("rule 'h': mutators[0].config.retry.number_of_retries is not right", Assert.Single(Loads.Faults(Hydrator("v0.30.0", "{ number_of_retries: many }"))), StringComparison.Ordinal);

    [Theory]
    [InlineData(false), InlineData(true)]
    public void Version_that_is_none_makes_the_file_unreadable_whatever_becomes_of_invalid_rules(bool keepInvalid)
    {
        var file = ReferenceFiles.Path("18-unreadable.json");
        var load = RuleFileReader.LoadTexts([new RuleText(file, File.ReadAllBytes(file), RuleSourceLimits.None)], new OathkeeperOptions { KeepInvalidRules = keepInvalid });

        Assert.Contains("rule 'bad-version': version is no semantic version", Assert.Single(Loads.Faults(load)), StringComparison.Ordinal);
    }

    private static RuleLoad Hydrator(string version, string retry) => RuleFileReader.LoadText(
        $"- {{ id: h, version: '{version}', match: {{ url: http://a.test/x, methods: [GET] }}, authenticators: [{{ handler: noop }}], authorizer: {{ handler: allow }}, mutators: [{{ handler: hydrator, config: {{ retry: {retry} }} }}] }}",
        "rules.yaml");

    private static Rule Rule(string id) => Loads.Set(Sample).Rules.Single(rule => rule.Id == id);

    private static ConfigMapping ConfigOf(HandlerUse use) => Assert.IsType<ConfigMapping>(use.Config);

    private static string? TextOf(ConfigNode? node) => (node as ConfigScalar)?.Text;
}
