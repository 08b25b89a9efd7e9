namespace AuthProxy.Rules.Tests.Testing;

public class RuleTestRunnerTests
{
    [Theory]
    [InlineData("request: { path: /admin/x }, expect: { rule: admin }")]
    [InlineData("request: { path: /x }, expect: { rule: app }")]
    [InlineData("request: { path: /admin, method: PUT, as: { groups: [admins] } }, expect: { status: 200 }")]
    [InlineData("request: { path: /admin, as: { subject: bob, groups: [clerks] } }, expect: { status: 403 }")]
    [InlineData("request: { path: /admin, as: { groups: [clerks] } }, expect: { status: 403, reason: requirement-not-met, rule: admin }")]
    [InlineData("request: { path: /admin, as: { claims: { groups: [admins] } } }, expect: { status: 200 }")]
    [InlineData("request: { path: /admin, host: other.test }, expect: { status: 404 }")]
    [InlineData("request: { path: /admin, host: other.test }, expect: { status: 404, reason: rule-missing }")]
    [InlineData("request: { path: /admin/../x }, expect: { status: 400, reason: target-malformed }")]
    [InlineData("request: { path: '/x?a=1', headers: { X-A: b }, body: { a: [1] } }, expect: { status: 200, rule: app }")]
    public void Passing_test_lets_the_rules_into_force(string test) => Assert.Empty(Load(test).Faults);

    [Theory]
    [InlineData("request: { path: /x }, expect: { rule: admin }", "expects rule 'admin', and rule 'app' decides the request")]
    [InlineData("request: { path: /x }, expect: { status: 200 }", "expects rule 'admin', and rule 'app' decides the request")]
    [InlineData("request: { path: /admin, as: { groups: [clerks] } }, expect: { status: 200 }", "expects 200, and the answer is 403 requirement-not-met (groups: the claim holds none of the values in 'any')")]
    [InlineData("request: { path: /admin, as: { groups: [admins] } }, expect: { status: 403 }", "expects 403, and the answer is 200")]
    [InlineData("request: { path: /admin, as: { groups: [clerks] } }, expect: { status: 403, reason: grant-missing }", "expects 403 grant-missing, and the answer is 403 requirement-not-met (groups: the claim holds none of the values in 'any')")]
    [InlineData("request: { path: /admin, host: other.test }, expect: { rule: admin }", "expects rule 'admin', and the answer is 404 rule-missing")]
    [InlineData("request: { path: /admin }, expect: { status: 404 }", "expects status 404, and rule 'admin' decides the request")]
    [InlineData("request: { path: /admin/../x }, expect: { status: 404 }", "expects 404, and the answer is 400 target-malformed")]
    public void Failing_test_keeps_the_rules_out_of_force(string test, string fault)
    {
        var load = Load(test);

        Assert.Null(load.Set);
        Assert.Equal($"rules.yaml:4: rule 'admin': tests[0] {fault}", Assert.Single(load.Faults).ToString());
    }

    [Theory]
    [InlineData("request: { path: /admin }, expect: { status: 403 }", "has no request.as")]
    [InlineData("request: { path: /admin }, expect: { status: 401 }", "has no request.as")]
    [InlineData("request: { path: /grants, as: { subject: bob } }, expect: { status: 403, reason: grant-missing, rule: grants }", "rule tests do not run those in this version")]
    [InlineData("request: { path: /claims, as: { subject: bob } }, expect: { status: 200, rule: claims }", "rule tests do not run those in this version")]
    public void Test_that_asks_for_more_than_rules_decide_is_a_fault_and_not_passed_over(string test, string fault) =>
        Assert.Contains(fault, Assert.Single(Loads.Faults(Load(test))), StringComparison.Ordinal);

    [Fact]
    public void Test_of_a_rule_for_many_hosts_must_name_one() =>
        Assert.Contains("names no host", Assert.Single(Loads.Faults(Loads.Ours("- { id: r, match: { host: '*.a.test', path: / }, tests: [ { request: { path: / }, expect: { rule: r } } ] }"))), StringComparison.Ordinal);

    private static AuthProxy.Rules.Loading.RuleLoad Load(string test) => Loads.Ours(
        $$"""
        - { id: admin, match: { host: a.test, path: /admin/** }, require: { groups: { any: [admins] } }, tests: [ { {{test}} } ] }
        - { id: app, match: { host: a.test, path: /** } }
        - { id: grants, match: { host: a.test, path: /grants }, grants: { verify: [ { in: query, select: t } ] } }
        - { id: claims, match: { host: a.test, path: /claims }, authorizers: [claims] }
        """);
}
