using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Authorization.Claims;

namespace AuthProxy.Proxy.Tests.Authorization.Claims;

public class ClaimsAuthorizerTests
{
    [Theory]
    [InlineData("""{ "groups": ["clerks", "admins"] }""", true)]
    [InlineData("""{ "groups": "admins" }""", true)]
    [InlineData("""{ "groups": ["clerks"] }""", false)]
    [InlineData("""{ "groups": { "admins": true } }""", false)]
    [InlineData("{}", false)]
    public async Task Subject_passes_whose_claims_say_what_is_asked(string claims, bool passes)
    {
        var authorizer = new ClaimsAuthorizerKind(TimeProvider.System).Prepare(Requests.Use("{ claims: { groups: { any: [admins] } } }"))!;
        var (context, request) = Requests.Create();
        request.Subject = Requests.Alice(claims);

        var outcome = await authorizer.AuthorizeAsync(context, request, CancellationToken.None);

        Assert.Equal(passes, outcome is AuthorizationOutcome.Allowed);
        if (outcome is AuthorizationOutcome.Refused refused)
        {
            Assert.Equal(ProxyRefusals.RequirementNotMet, refused.Refusal);
            Assert.DoesNotContain("clerks", refused.Why, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{}"), InlineData("{ claims: {} }"), InlineData("{ claims: { groups: {} } }"), InlineData("{ claim: { groups: { any: [a] } } }")]
    public void Use_that_asks_nothing_is_a_fault(string config)
    {
        var use = Requests.Use(config);

        Assert.Null(new ClaimsAuthorizerKind(TimeProvider.System).Prepare(use));
        Assert.NotEmpty(use.Faults);
    }
}
