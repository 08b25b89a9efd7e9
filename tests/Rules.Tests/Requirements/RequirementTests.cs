using System.Text.Json;
using AuthProxy.Rules.Requirements;

namespace AuthProxy.Rules.Tests.Requirements;

public class RequirementTests
{
    private const string Alice =
        """{"sub":"alice","groups":["staff","clerks"],"role":"teller","email":"alice@bank.test","email_verified":true,"level":3,"https://bank.test/roles":["auditor"],"realm_access":{"roles":["a","b"]},"a.b":"exact","a":{"b":"nested"},"mixed":["x",{"y":1}],"empty":[],"nothing":null,"object":{}}""";

    [Theory]
    [InlineData("groups: { any: [admins, clerks] }", true)]
    [InlineData("groups: { any: [admins] }", false)]
    [InlineData("groups: { any: [Clerks] }", false)]
    [InlineData("groups: { any: [clerk] }", false)]
    [InlineData("groups: { all: [staff, clerks] }", true)]
    [InlineData("groups: { all: [staff, admins] }", false)]
    [InlineData("groups: { none: [admins] }", true)]
    [InlineData("groups: { none: [admins, staff] }", false)]
    [InlineData("groups: { any: [clerks], none: [staff] }", false)]
    [InlineData("role: { any: [teller, boss] }", true)]
    [InlineData("role: { equals: teller }", true)]
    [InlineData("role: { equals: tell }", false)]
    [InlineData("groups: { equals: staff }", false)]
    [InlineData("email_verified: { equals: true }", true)]
    [InlineData("email_verified: { equals: false }", false)]
    [InlineData("level: { any: [2, 3] }", true)]
    [InlineData("\"https://bank.test/roles\": { any: [auditor] }", true)]
    [InlineData("realm_access.roles: { all: [a, b] }", true)]
    [InlineData("realm_access.missing: { any: [a] }", false)]
    [InlineData("a.b: { equals: exact }", true)]
    [InlineData("a.b: { equals: nested }", false)]
    [InlineData("groups: { any: [clerks] }, role: { equals: boss }", false)]
    public void Claims_are_compared_character_for_character(string require, bool met) => Assert.Equal(met, Check(require, Alice));

    [Theory]
    [InlineData("missing: { any: [a] }")]
    [InlineData("missing: { none: [a] }")]
    [InlineData("missing.too: { none: [a] }")]
    [InlineData("nothing: { none: [a] }")]
    [InlineData("object: { none: [a] }")]
    [InlineData("mixed: { none: [a] }")]
    [InlineData("mixed: { any: [x] }")]
    [InlineData("empty: { any: [a] }")]
    [InlineData("empty: { all: [a] }")]
    [InlineData("empty: { equals: a }")]
    public void Claim_that_says_nothing_satisfies_nothing(string require) => Assert.False(Check(require, Alice));

    [Theory]
    [InlineData("alice@bank.test@evil.test")]
    [InlineData("alice@evil.test@bank.test")]
    [InlineData("\"alice@bank.test\"@evil.test")]
    [InlineData(" alice@bank.test")]
    [InlineData("ALICE@bank.test")]
    public void Email_with_several_at_signs_does_not_pass_for_another(string email) =>
        Assert.False(Check("email: { equals: alice@bank.test }", JsonSerializer.Serialize(new Dictionary<string, string> { ["email"] = email })));

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"staff\"")]
    public void Claims_that_are_no_object_satisfy_nothing(string claims) => Assert.False(Check("groups: { none: [a] }", claims));

    [Fact]
    public void Failing_condition_is_named_without_the_claims_value()
    {
        var notMet = Assert.IsType<RequirementOutcome.NotMet>(Read("email: { equals: bob@bank.test }").Check(JsonDocument.Parse(Alice).RootElement, default, default));

        Assert.Equal("email", notMet.Claim);
        Assert.DoesNotContain("alice", notMet.Why, StringComparison.Ordinal);
    }

    private static bool Check(string require, string claims) =>
        Read(require).Check(JsonDocument.Parse(claims).RootElement, default, default) is RequirementOutcome.Met;

    private static Requirement Read(string require) =>
        Loads.OurSet($"- {{ id: r, match: {{ path: / }}, require: {{ {require} }} }}").Rules[0].Require!;
}
