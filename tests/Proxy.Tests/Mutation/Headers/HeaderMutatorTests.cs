using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Mutation.Headers;

namespace AuthProxy.Proxy.Tests.Mutation.Headers;

public class HeaderMutatorTests
{
    [Fact]
    public async Task Headers_are_filled_in_from_subject_and_claims()
    {
        var (outcome, headers) = await RunAsync("{ headers: { X-User: '{{ print .Subject }}', X-Mail: '{{ print .Extra.email }}' } }", """{ "email": "a@b.test" }""");

        Assert.IsType<MutationOutcome.Done>(outcome);
        Assert.Equal("alice", headers["X-User"]);
        Assert.Equal("a@b.test", headers["X-Mail"]);
    }

    [Fact]
    public async Task Missing_claim_sets_an_empty_header_so_that_nobody_elses_is_read()
    {
        var (_, headers) = await RunAsync("{ headers: { X-Mail: '{{ print .Extra.email }}' } }", "{}");

        Assert.Equal("", headers["X-Mail"]);
    }

    [Fact]
    public async Task Name_that_is_not_ascii_arrives_percent_encoded()
    {
        var (_, headers) = await RunAsync("{ headers: { X-Name: '{{ print .Extra.name }}' } }", """{ "name": "Jürgen 李" }""");

        Assert.Equal("J%C3%BCrgen %E6%9D%8E", headers["X-Name"]);
    }

    [Theory]
    [InlineData("a\\r\\nX-Admin: true"), InlineData("a\\u0000"), InlineData("a\\n")]
    public async Task Header_injection_by_a_claim_never_becomes_a_line(string name)
    {
        var (outcome, headers) = await RunAsync("{ headers: { X-Name: '{{ print .Extra.name }}' } }", $$"""{ "name": "{{name}}" }""");

        Assert.True(outcome is MutationOutcome.Refused || !headers["X-Name"].Any(char.IsControl));
    }

    [Fact]
    public async Task Template_that_cannot_be_filled_in_refuses_the_request()
    {
        var (outcome, _) = await RunAsync("{ headers: { X-Deep: '{{ .Extra.a.b.c }}' } }", "{}");

        Assert.Equal(ProxyRefusals.IdentityUnavailable, Assert.IsType<MutationOutcome.Refused>(outcome).Refusal);
    }

    [Theory]
    [InlineData("{}", "at least one header")]
    [InlineData("{ headers: {} }", "at least one header")]
    [InlineData("{ headers: { 'X User': a } }", "header names")]
    [InlineData("{ headers: { Connection: a } }", "forwarding decides")]
    [InlineData("{ headers: { content-length: '1' } }", "forwarding decides")]
    [InlineData("{ headers: { X-User: '{{ env \"HOME\" }}' } }", "cannot be used")]
    [InlineData("{ headers: { X-User: '{{ print .Subject' } }", "cannot be used")]
    public void Use_that_cannot_work_is_a_fault(string config, string fault)
    {
        var use = Requests.Use(config);

        Assert.Null(new HeaderMutatorKind().Prepare(use));
        Assert.Contains(use.Faults, found => found.ToString().Contains(fault, StringComparison.Ordinal));
    }

    private static async Task<(MutationOutcome Outcome, Dictionary<string, string> Headers)> RunAsync(string config, string claims)
    {
        var use = Requests.Use(config);
        var mutator = new HeaderMutatorKind().Prepare(use) ?? throw new InvalidOperationException(string.Join('\n', use.Faults));
        var (context, request) = Requests.Create();
        request.Subject = Requests.Alice(claims);
        request.Match = new RuleMatch(Proxy.Matching.PreparedRules.Empty, new Proxy.Matching.PreparedRule(Requests.Rule(), [], [], null, [], [], null) { Revision = 1 }, default);
        var outcome = await mutator.MutateAsync(context, request, CancellationToken.None);
        return (outcome, request.Identity.All.ToDictionary(header => header.Key, header => header.Value));
    }
}
