using AuthProxy.Rules.Loading;

namespace AuthProxy.Rules.Tests.Loading;

public class SourceLimitsTests
{
    private static readonly RuleSourceLimits Bank = new() { Hosts = ["bank.test", "*.bank.test"], Upstreams = ["http://127.0.0.1:4470"] };

    [Theory]
    [InlineData("host: bank.test, ", "http://127.0.0.1:4470/base")]
    [InlineData("host: a.bank.test, ", "http://127.0.0.1:4470")]
    [InlineData("host: '*.bank.test', ", "HTTP://127.0.0.1:4470")]
    public void Rule_within_its_sources_limits_loads(string host, string upstream) => Assert.Empty(Ours(host, upstream).Faults);

    [Theory]
    [InlineData("host: vault.test, ", "match is for hosts that this source may not speak about; allowed: bank.test, *.bank.test")]
    [InlineData("host: evil-bank.test, ", "match is for hosts")]
    [InlineData("host: '*.test', ", "match is for hosts")]
    [InlineData("", "match is for hosts")]
    public void Rule_for_another_teams_host_is_a_load_error(string host, string fault) =>
        Assert.StartsWith($"rules.yaml:3: rule 'r': {fault}", Assert.Single(Loads.Faults(Ours(host, "http://127.0.0.1:4470"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("tokenizer")]
    [InlineData("http://127.0.0.1:4471")]
    [InlineData("https://127.0.0.1:4470")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://localhost:4470")]
    public void Rule_with_another_teams_upstream_is_a_load_error(string upstream) =>
        Assert.Contains("upstream is one that this source may not send to", Assert.Single(Loads.Faults(Ours("host: bank.test, ", upstream))), StringComparison.Ordinal);

    [Fact]
    public void Tokenizer_may_be_allowed_by_its_word()
    {
        var limits = new RuleSourceLimits { Upstreams = ["tokenizer"] };

        Assert.Empty(Ours("", "tokenizer", limits).Faults);
        Assert.Single(Loads.Faults(Ours("", "http://tokenizer", limits)));
    }

    [Theory]
    [InlineData("[{ handler: assertion, config: { audience: bank } }]", true)]
    [InlineData("[header]", true)]
    [InlineData("[{ handler: assertion, config: { audience: shop } }]", false)]
    [InlineData("[{ handler: assertion, config: { audience: [bank] } }]", false)]
    [InlineData("[assertion]", false)]
    [InlineData("[{ handler: assertion, config: { audience: bank } }, { handler: assertion, config: { audience: shop } }]", false)]
    public void Assertion_for_another_teams_application_is_a_load_error(string mutators, bool allowed)
    {
        var limits = new RuleSourceLimits { Audiences = ["bank"] };
        var rules = $"version: authproxy/v1\ndefaults: {{ mutators: {mutators} }}\nrules:\n- {{ id: r, match: {{ path: / }}, authenticators: [oidc], upstream: 'http://127.0.0.1:4470' }}";

        Assert.Equal(allowed, RuleFileReader.LoadText(rules, "rules.yaml", limits).Set is not null);
    }

    [Theory]
    [InlineData("[id_token]", true)]
    [InlineData("[ { handler: id_token, config: { claims: '{ \"aud\": \"payroll\" }' } } ]", false)]
    [InlineData("[ { handler: id_token, config: { issuer_url: 'https://other.test/' } } ]", false)]
    public void Id_token_for_an_audience_of_the_rules_authors_choice_is_a_load_error(string mutators, bool allowed)
    {
        var limits = new RuleSourceLimits { Audiences = ["bank"] };
        var rules = $"version: authproxy/v1\ndefaults: {{ mutators: {mutators} }}\nrules:\n- {{ id: r, match: {{ path: / }}, authenticators: [oidc], upstream: 'http://127.0.0.1:4470' }}";

        Assert.Equal(allowed, RuleFileReader.LoadText(rules, "rules.yaml", limits).Set is not null);
    }

    [Theory]
    [InlineData("http://bank.test/<.*>", true)]
    [InlineData("https://A.bank.test:8443/x", true)]
    [InlineData("http://vault.test/x", false)]
    [InlineData("http://<.*>.bank.test/x", false)]
    [InlineData("<.*>bank.test/x", false)]
    [InlineData("http://bank.test<.*>/x", false)]
    [InlineData("http://bank.test", true)]
    [InlineData("<http|https>://bank.test/x", true)]
    [InlineData("<https?>://bank.test:8443/<.*>", true)]
    [InlineData("http://bank.test<|.evil>", false)]
    [InlineData("http://bank.test<|.evil>/x", false)]
    [InlineData("http://<bank.test|vault.test>/x", false)]
    [InlineData("http://<|vault.test/>bank.test/x", false)]
    public void Host_of_a_regular_expression_must_be_literal(string url, bool allowed) =>
        Assert.Equal(allowed, RuleFileReader.LoadText(Loads.Oathkeeper("r", url), "rules.yaml", new RuleSourceLimits { Hosts = Bank.Hosts }).Set is not null);

    [Fact]
    public void Limit_that_cannot_be_read_allows_nothing() =>
        Assert.Single(Loads.Faults(Ours("host: bank.test, ", "tokenizer", new RuleSourceLimits { Hosts = ["http://bank.test"] })));

    private static RuleLoad Ours(string host, string upstream, RuleSourceLimits? limits = null) =>
        RuleFileReader.LoadText($"version: authproxy/v1\nrules:\n- {{ id: r, match: {{ {host}path: / }}, authenticators: [oidc], upstream: '{upstream}' }}", "rules.yaml", limits ?? Bank);
}
