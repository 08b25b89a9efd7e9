using System.Text.Json;
using AuthProxy.Rules.Requirements;

namespace AuthProxy.Rules.Tests.Requirements;

public class AuthenticationRequirementTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("acr: { any: [gold, silver] }", "gold", null, true)]
    [InlineData("acr: { any: [gold, silver] }", "Gold", null, false)]
    [InlineData("acr: { any: [gold, silver] }", "gold silver", null, false)]
    [InlineData("acr: { any: [gold, silver] }", null, null, false)]
    [InlineData("acr: { equals: gold }", "gold", null, true)]
    [InlineData("acr: { any: [gold, silver], equals: silver }", "gold", null, false)]
    [InlineData("auth_age: 5m", null, 300, true)]
    [InlineData("auth_age: 5m", null, 301, false)]
    [InlineData("auth_age: 5m", null, null, false)]
    [InlineData("auth_age: 5m", null, -300, true)]
    [InlineData("auth_age: 5m", null, -301, false)]
    [InlineData("acr: { any: [gold] }, auth_age: 5m", "gold", 10, true)]
    [InlineData("acr: { any: [gold] }, auth_age: 5m", "gold", 999, false)]
    [InlineData("acr: { any: [gold] }, auth_age: 5m", "iron", 10, false)]
    public void Subject_passes_who_signed_in_as_is_asked(string require, string? acr, int? secondsAgo, bool passes)
    {
        var facts = new AuthenticationFacts(acr, secondsAgo is { } seconds ? Now.AddSeconds(-seconds) : null);

        var outcome = Read(require).Check(JsonDocument.Parse("{}").RootElement, facts, Now);

        Assert.Equal(passes, outcome is RequirementOutcome.Met);
        Assert.Equal(!passes, outcome is RequirementOutcome.AuthenticationInsufficient);
    }

    [Fact]
    public void Claims_alone_prove_no_way_of_signing_in()
    {
        var claims = JsonDocument.Parse("""{ "acr": "gold", "auth_time": 1767268799 }""").RootElement;

        Assert.IsType<RequirementOutcome.AuthenticationInsufficient>(Read("acr: { any: [gold] }").Check(claims, default, Now));
        Assert.IsType<RequirementOutcome.AuthenticationInsufficient>(Read("auth_age: 5m").Check(claims, default, Now));
        Assert.IsType<RequirementOutcome.Met>(Read("acr: { any: [gold] }, auth_age: 5m").Check(claims, AuthenticationFacts.Of(claims), Now));
    }

    [Fact]
    public void Who_lacks_a_group_is_refused_and_not_sent_to_sign_in_for_nothing() =>
        Assert.IsType<RequirementOutcome.NotMet>(
            Read("acr: { any: [gold] }, groups: { any: [admins] }").Check(JsonDocument.Parse("""{ "groups": ["clerks"] }""").RootElement, default, Now));

    [Theory]
    [InlineData("""{ "acr": ["gold"], "auth_time": "1767268799" }""")]
    [InlineData("""{ "acr": null, "auth_time": 1.5e3000 }""")]
    [InlineData("""{ "acr": 1, "auth_time": -1 }""")]
    [InlineData("""{ "auth_time": 99999999999999 }""")]
    [InlineData("[]")]
    public void Facts_of_another_type_say_nothing(string claims) => Assert.Equal(default, AuthenticationFacts.Of(JsonDocument.Parse(claims).RootElement));

    [Theory]
    [InlineData("auth_age: 9s", "between 10s and 720h")]
    [InlineData("auth_age: 721h", "between 10s and 720h")]
    [InlineData("auth_age: { any: [5m] }", "write a duration such as 5m")]
    [InlineData("auth_age: soon", "require.auth_age")]
    [InlineData("groups: 5m", "write any, all, none or equals")]
    [InlineData("acr: { none: [gold] }", "takes any or equals")]
    [InlineData("acr: { all: [gold] }", "takes any or equals")]
    [InlineData("acr: { any: ['a b'] }", "printable ASCII")]
    [InlineData("acr: { any: ['a\"b'] }", "printable ASCII")]
    [InlineData("acr: { any: ['a\\b'] }", "printable ASCII")]
    [InlineData("acr: { any: [gold], equals: iron }", "printable ASCII")]
    [InlineData("acr: { any: [a, b, c, d, e, f, g, h, i] }", "up to 8 values")]
    public void What_no_login_could_bring_is_a_fault(string require, string fault) =>
        Assert.Contains(fault, Assert.Single(Loads.Ours($"- {{ id: r, match: {{ path: / }}, authenticators: [oidc], upstream: 'http://127.0.0.1:1', require: {{ {require} }} }}").Faults).ToString(), StringComparison.Ordinal);

    private static Requirement Read(string require) => Loads.OurSet($"- {{ id: r, match: {{ path: / }}, require: {{ {require} }} }}").Rules[0].Require!;
}
