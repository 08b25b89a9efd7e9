using AuthProxy.Rules.Loading;

namespace AuthProxy.Rules.Tests.Loading;

public class OathkeeperFileTests
{
    [Fact]
    public void Rule_is_read_with_all_its_fields()
    {
        var rule = Loads.Set(RuleFileReader.LoadText("""
            [{
              "id": "orders", "version": "v0.40.9+oryOS.1", "description": "d",
              "match": { "url": "http://a.test/<.*>", "methods": ["get", "POST"] },
              "authenticators": [{ "handler": "jwt", "config": { "required_scope": ["a"] } }, { "handler": "anonymous" }],
              "authorizer": { "handler": "allow" },
              "mutators": [{ "handler": "header" }],
              "errors": [{ "handler": "json", "config": { "verbose": true } }],
              "upstream": { "url": "http://one.test:81/root/", "preserve_host": true, "strip_path": "/api/" }
            }]
            """, "rules.json")).Rules[0];

        Assert.Equal(("orders", "d", RuleForm.Oathkeeper), (rule.Id, rule.Description, rule.Form));
        Assert.Equal(["GET", "POST"], rule.Pattern.Methods);
        Assert.Equal(["jwt", "anonymous"], rule.Authenticators.Select(use => use.Handler));
        Assert.Equal("rule 'orders': authenticators[0]", rule.Authenticators[0].Key);
        Assert.NotNull(rule.Authenticators[0].Config);
        Assert.Equal("allow", Assert.Single(rule.Authorizers).ToString());
        Assert.Equal(("http://one.test:81/root/", true, "/api"), (rule.Upstream!.Url!.OriginalString, rule.Upstream.PreserveHost, rule.Upstream.StripPath));
    }

    [Fact]
    public void Unknown_keys_are_ignored_with_a_warning()
    {
        var load = RuleFileReader.LoadText("""
            - id: r
              priority: 7
              match: { url: http://a.test/x, methods: [GET], querry: x }
              authenticators: [{ handler: noop, cfg: 1 }]
              authorizer: { handler: allow }
              mutators: [{ handler: noop }]
            """, "rules.yaml");

        Assert.Equal("r", Loads.Set(load).Answer("GET", "http://a.test/x"));
        Assert.Equal(3, load.Warnings.Count);
        Assert.StartsWith("rules.yaml:2: rule 'r': priority has no effect", load.Warnings[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Field_names_are_read_without_case_as_the_original_does()
    {
        var load = RuleFileReader.LoadText("""
            - ID: r
              Match: { URL: http://a.test/x, Methods: [GET] }
              Authenticators: [{ Handler: noop }]
              authorizer: { handler: allow }
              mutators: [{ handler: noop }]
            """, "rules.yaml");

        Assert.Equal("r", Loads.Set(load).Answer("GET", "http://a.test/x"));
    }

    [Fact]
    public void Field_written_twice_in_different_case_is_a_fault() =>
        Assert.Contains("is written twice in different case", Assert.Single(Loads.Faults(Changed("authorizer: { handler: allow }", "authorizer: { handler: deny }, Authorizer: { handler: allow }"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("authenticators: [{ handler: noop }]", "authenticators: []", "authenticators is empty; must be set and can not be an empty list")]
    [InlineData("authenticators: [{ handler: noop }], ", "", "authenticators is empty")]
    [InlineData("mutators: [{ handler: noop }]", "mutators: []", "mutators is empty; must be set and can not be an empty list")]
    [InlineData("authorizer: { handler: allow }, ", "", "authorizer is missing")]
    [InlineData("authorizer: { handler: allow }", "authorizer: { handler: '' }", "authorizer.handler is ; can not be empty")]
    [InlineData("match: { url: http://a.test/x, methods: [GET] }, ", "", "match is missing")]
    [InlineData("url: http://a.test/x", "url: ''", "match.url must not be empty")]
    [InlineData("upstream: { url: http://one.test }", "upstream: { url: not a url }", "upstream.url is not a valid URL")]
    [InlineData("id: r", "id: r, version: 42", "version is no semantic version")]
    public void Invalid_rule_is_reported(string was, string becomes, string fault) =>
        Assert.StartsWith($"rules.yaml:1: rule 'r': {fault}", Loads.Faults(Changed(was, becomes))[0], StringComparison.Ordinal);

    [Theory]
    [InlineData("upstream: null")]
    [InlineData("upstream: { url: '' }")]
    [InlineData("upstream: { preserve_host: true }")]
    public void Rule_may_have_no_upstream(string upstream) =>
        Assert.Null(Loads.Set(Changed("upstream: { url: http://one.test }", upstream)).Rules[0].Upstream);

    [Fact]
    public void User_information_and_query_of_an_upstream_are_dropped_with_a_warning()
    {
        var load = Changed("http://one.test", "'http://user:pass@one.test/base?fixed=1'");

        Assert.Equal("http://one.test/base", Loads.Set(load).Rules[0].Upstream!.Url!.AbsoluteUri);
        Assert.DoesNotContain("pass", Assert.Single(load.Warnings).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Query_of_an_upstream_is_dropped_and_its_path_stays() =>
        Assert.Equal("http://one.test:81/@base/", Loads.Set(Changed("http://one.test", "'http://one.test:81/@base/?fixed=1'")).Rules[0].Upstream!.Url!.AbsoluteUri);

    [Fact]
    public void Ids_may_repeat_and_be_missing()
    {
        var load = RuleFileReader.LoadText(Loads.Oathkeeper("r", "http://a.test/x") + Loads.Oathkeeper("r", "http://a.test/y") + Loads.Oathkeeper("''", "http://a.test/z"), "rules.yaml");

        Assert.Equal(3, Loads.Set(load).Rules.Count);
    }

    private static RuleLoad Changed(string was, string becomes)
    {
        const string Sound = "- { id: r, match: { url: http://a.test/x, methods: [GET] }, authenticators: [{ handler: noop }], authorizer: { handler: allow }, mutators: [{ handler: noop }], upstream: { url: http://one.test } }";
        Assert.Contains(was, Sound, StringComparison.Ordinal);
        return RuleFileReader.LoadText(Sound.Replace(was, becomes, StringComparison.Ordinal), "rules.yaml");
    }
}
