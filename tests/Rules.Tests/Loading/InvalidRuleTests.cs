using System.Text;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Rules.Tests.Loading;

public class InvalidRuleTests
{
    private static readonly OathkeeperOptions Keep = new() { KeepInvalidRules = true };

    [Fact]
    public void Rules_with_faults_keep_their_places_and_every_fault_is_told()
    {
        var load = Load(File.ReadAllText(ReferenceFiles.Path("17-invalid-rules.yaml")));
        var set = Loads.Set(load);

        Assert.Equal(8, set.Rules.Count);
        Assert.Equal(["no-authenticators", "no-authorizer", "no-mutators", "bad-upstream"], set.Rules.Where(rule => rule.IsInvalid).Select(rule => rule.Id));
        Assert.Equal(4, load.Tolerated.Count);
        Assert.Equal("no-mutators", set.Answer("GET", "http://bad.test/no-mutators"));
    }

    [Fact]
    public void What_could_not_be_read_is_a_use_without_a_name_and_the_rest_is_as_written()
    {
        var rule = Loads.Set(Load("- { id: r, match: { url: http://a.test/x, methods: [GET] }, authenticators: [{ handler: noop }, { handlr: jwt, config: { a: 1 } }], authorizer: allow, errors: [{ handler: json }], upstream: { url: not a url } }")).Rules.Single();

        Assert.Equal(["noop", ""], rule.Authenticators.Select(use => use.Handler));
        Assert.Equal("rule 'r': authenticators[1]", rule.Authenticators[1].Key);
        Assert.NotNull(rule.Authenticators[1].Config);
        Assert.Equal("", Assert.Single(Assert.Single(rule.Authorizers).Handlers).Handler);
        Assert.Equal("rule 'r': mutators", Assert.Single(rule.Mutators).Key);
        Assert.Equal("json", Assert.Single(rule.Errors).Handler);
        Assert.True(rule.Upstream is { IsInvalid: true, Url: null });
    }

    [Theory]
    [InlineData("authorizer: { handler: allow }", "authorizer: { handler: deny }, Authorizer: { handler: allow }, mutators: []", "written twice")]
    [InlineData("url: http://a.test/x", "url: 'http://a.test/<x'", "unbalanced")]
    [InlineData("match: { url: http://a.test/x, methods: [GET] }", "mutators: []", "match is missing")]
    [InlineData("id: r", "id: r, version: x", "no semantic version")]
    public void Fault_that_leaves_open_what_the_rule_is_for_or_which_word_counts_is_a_fault_of_the_set(string was, string becomes, string fault) =>
        Assert.Contains(Loads.Faults(Load("- { id: r, match: { url: http://a.test/x, methods: [GET] }, authenticators: [{ handler: noop }], authorizer: { handler: allow } }".Replace(was, becomes, StringComparison.Ordinal))),
            told => told.Contains(fault, StringComparison.Ordinal));

    [Fact]
    public void Rule_beyond_its_sources_limits_never_stands_beside_others() =>
        Assert.Contains("match is for hosts", Assert.Single(Loads.Faults(Load("- { id: r, match: { url: http://a.test/x, methods: [GET] } }", new RuleSourceLimits { Hosts = ["b.test"] }))), StringComparison.Ordinal);

    [Fact]
    public void Rules_of_our_form_are_never_kept_with_faults() =>
        Assert.NotEmpty(Loads.Faults(Load("version: authproxy/v1\nrules: [ { id: r, match: { path: /x }, authenticators: [] } ]")));

    [Fact]
    public void Without_the_option_one_fault_keeps_all_out() =>
        Assert.Null(RuleFileReader.Load([new RuleSource(ReferenceFiles.Path("17-invalid-rules.yaml"))]).Set);

    private static RuleLoad Load(string text, RuleSourceLimits? limits = null) =>
        RuleFileReader.LoadTexts([new RuleText("rules.yaml", Encoding.UTF8.GetBytes(text), limits ?? RuleSourceLimits.None)], Keep);
}
