using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Authorization.Grants;
using AuthProxy.Proxy.Bodies;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Tests.Authorization.Grants;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Decisions;

/// <summary>A rule that must see a body says no where the body is somebody else's, instead of deciding without it.</summary>
public class HeldBodyDecisionTests
{
    private static readonly HeldBodyLimits Limits = new(1024, 1024, TimeSpan.FromSeconds(15));

    [Theory]
    [InlineData("GET"), InlineData("PUT")]
    public async Task Grant_check_of_a_body_needs_forwarding_whatever_the_method(string method)
    {
        var (context, request) = Ask(method);

        var outcome = await CheckOf("""{ in: body, select: "$.t" }""").CheckAsync(context, request, default);

        Assert.Equal("grants-need-forwarding", Assert.IsType<AuthorizationOutcome.Refused>(outcome).Refusal.Reason);
    }

    [Fact]
    public async Task Grant_check_of_the_query_is_made()
    {
        var (context, request) = Ask("GET");
        request.Under(new PreparedRules(RuleSet.Empty, [Some], [], [], 1));

        var outcome = await CheckOf("{ in: query, select: t }").CheckAsync(context, request, default);

        Assert.IsType<AuthorizationOutcome.Allowed>(outcome);
    }

    [Theory]
    [InlineData("POST", true), InlineData("PUT", true), InlineData("DELETE", true), InlineData("OPTIONS", true), InlineData("GET", false), InlineData("HEAD", false)]
    public async Task Body_of_a_decision_is_never_taken_for_empty_where_it_may_have_one(string method, bool refused)
    {
        var (context, request) = Ask(method);
        context.Request.ContentLength = 0;

        var outcome = await new BodyHolder(new HeldBodyBudget(1024), Limits, new FakeClock()).HoldAsync(context, request, 1024, default);

        Assert.Equal(refused, outcome is HeldBodyOutcome.Refused { Refusal.Reason: "grants-need-forwarding" });
        Assert.Equal(!refused, outcome is HeldBodyOutcome.Empty);
    }

    [Fact]
    public async Task Rule_that_must_see_a_body_does_not_load_where_nothing_is_forwarded()
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => Pipeline.RunningProxy.StartAsync(
            """
            version: authproxy/v1
            rules:
            - { id: ssn, match: { path: /ssn }, upstream: "http://127.0.0.1:9", authenticators: [oidc], grants: { verify: [ { in: body, select: "$.t" } ] } }
            """,
            listener: ", enabled: false"));

        Assert.Contains("stay with the caller of a decision", exception.Message, StringComparison.Ordinal);
    }

    private static PreparedRule Some => new(Requests.Rule(), [], [], null, [], [], null) { Revision = 1 };

    private static (Microsoft.AspNetCore.Http.HttpContext Context, ProxiedRequest Request) Ask(string method)
    {
        var (context, forwarded) = Requests.Create(method);
        var request = new ProxiedRequest(forwarded.Received, forwarded.Rules)
        {
            IsForwarded = false,
            Subject = Requests.Alice(session: new SessionIdentity("sid", DateTimeOffset.MaxValue)),
        };
        context.Features.Set(request);
        return (context, request);
    }

    private static GrantCheck CheckOf(string verify)
    {
        var load = RuleFileReader.LoadText(
            $$"""
            version: authproxy/v1
            rules:
            - { id: ssn, match: { path: /ssn }, authenticators: [oidc], upstream: "http://127.0.0.1:9", grants: { verify: [ {{verify}} ] } }
            """, "rules.yaml");
        Assert.Empty(load.Faults);
        return new GrantCheckFactory(Limits, new BodyHolder(new HeldBodyBudget(1024), Limits, new FakeClock()), new ScriptedVerifier()).Create(load.Rules[0], new ConfigFaults())!;
    }
}
