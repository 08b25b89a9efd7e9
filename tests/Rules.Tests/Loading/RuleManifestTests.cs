using AuthProxy.Rules.Loading;

namespace AuthProxy.Rules.Tests.Loading;

public class RuleManifestTests
{
    private const string Orders = """
        apiVersion: oathkeeper.ory.sh/v1alpha1
        kind: Rule
        metadata: { name: orders, namespace: shop, labels: { app: orders } }
        spec:
          upstream: { url: "http://orders.shop.svc:8080", stripPath: /orders, preserveHost: true }
          match: { url: "http://shop.test/orders<(/.*)?>", methods: [GET, POST] }
          authenticators: [ { handler: jwt } ]
          authorizer: { handler: allow }
          mutators: [ { handler: header, config: { headers: { X-User: "{{ print .Subject }}" } } } ]
          errors: [ { handler: json } ]
          configMapName: rules
        status: { validation: { valid: true } }
        """;

    private const string Bare = """
        apiVersion: oathkeeper.ory.sh/v1alpha1
        kind: Rule
        metadata: { name: bare }
        spec: { match: { url: "http://shop.test/bare", methods: [GET] } }
        """;

    [Fact]
    public void Resource_is_the_rule_that_the_controller_would_write()
    {
        var load = RuleFileReader.LoadText(Orders, "rules.yaml");
        var rule = Loads.Set(load).Rules.Single();

        Assert.Equal(("orders.shop", RuleForm.Oathkeeper), (rule.Id, rule.Form));
        Assert.Equal(("jwt", "allow", "header", "json"), (rule.Authenticators[0].Handler, rule.Authorizers[0].Handlers.Single().Handler, rule.Mutators[0].Handler, rule.Errors[0].Handler));
        Assert.Equal(("http://orders.shop.svc:8080/", "/orders", true), (rule.Upstream!.Url!.AbsoluteUri, rule.Upstream.StripPath, rule.Upstream.PreserveHost));
        Assert.Empty(load.Warnings);
    }

    [Fact]
    public void What_a_resource_leaves_out_is_refused()
    {
        var rule = Loads.Set(RuleFileReader.LoadText(Bare, "rules.yaml")).Rules.Single();

        Assert.Equal(("bare.default", "unauthorized", "deny", "noop"), (rule.Id, rule.Authenticators[0].Handler, rule.Authorizers[0].Handlers.Single().Handler, rule.Mutators[0].Handler));
        Assert.Null(rule.Upstream);
    }

    [Fact]
    public void Several_documents_and_lists_are_read_together() =>
        Assert.Equal(["orders.shop", "bare.default", "third.default"], Loads.Set(RuleFileReader.LoadText(
            $$"""
            {{Orders}}
            ---
            apiVersion: v1
            kind: List
            items:
            - { apiVersion: oathkeeper.ory.sh/v1alpha1, kind: Rule, metadata: { name: bare }, spec: { match: { url: "http://shop.test/bare", methods: [GET] } } }
            - { apiVersion: oathkeeper.ory.sh/v1alpha1, kind: Rule, metadata: { name: third }, spec: { match: { url: "http://shop.test/third", methods: [GET] } } }
            ---
            """, "rules.yaml")).Rules.Select(rule => rule.Id));

    [Theory]
    [InlineData("kind: Rule", "kind: ConfigMap", "kind is ConfigMap of oathkeeper.ory.sh/v1alpha1; write Rule")]
    [InlineData("v1alpha1", "v9", "kind is Rule of oathkeeper.ory.sh/v9; write Rule")]
    [InlineData("name: orders, ", "", "has no metadata.name")]
    [InlineData("spec:", "specs:", "'orders' has no spec")]
    [InlineData("handler: jwt", "handlr: jwt", "rule 'orders.shop': spec.authenticators[0].handler is missing")]
    [InlineData("url: \"http://shop.test/orders<(/.*)?>\", ", "", "rule 'orders.shop': spec.match.url must not be empty")]
    [InlineData("methods: [GET, POST] }", "methods: [GET, POST] }\n  authorizers: []", "spec.authorizers has no effect", true)]
    public void Fault_of_a_resource_names_rule_and_key(string was, string becomes, string message, bool isWarning = false)
    {
        var load = RuleFileReader.LoadText(Orders.Replace(was, becomes, StringComparison.Ordinal), "rules.yaml");

        Assert.Contains(isWarning ? load.Warnings : load.Faults, fault => fault.ToString().Contains(message, StringComparison.Ordinal));
        Assert.Equal(isWarning, load.Set is not null);
    }

    [Fact]
    public void Resources_and_other_rules_do_not_mix_in_one_file() =>
        Assert.Contains("is no Kubernetes resource", Loads.Faults(RuleFileReader.LoadText($"{Orders}\n---\n{Loads.Oathkeeper("r", "http://a.test/x")}", "rules.yaml"))[0], StringComparison.Ordinal);

    [Fact]
    public void Limits_of_the_source_hold_for_resources_too() =>
        Assert.Contains("rule 'orders.shop': match is for hosts", Assert.Single(Loads.Faults(RuleFileReader.LoadText(Orders, "rules.yaml", new RuleSourceLimits { Hosts = ["other.test"] }))), StringComparison.Ordinal);
}
