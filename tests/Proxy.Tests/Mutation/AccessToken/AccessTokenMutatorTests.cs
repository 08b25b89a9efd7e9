using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Mutation.AccessToken;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Proxy.Tests.Mutation.AccessToken;

public class AccessTokenMutatorTests
{
    [Fact]
    public async Task Upstream_finds_the_token_behind_Bearer()
    {
        var mutator = Make("{}", new FixedAccessToken("of.the-provider_~+/="));

        var (outcome, request) = await MutatorHost.RunAsync(mutator);

        Assert.IsType<MutationOutcome.Done>(outcome);
        Assert.Equal("Bearer of.the-provider_~+/=", request.Identity.Find("Authorization"));
        Assert.Equal(["Authorization"], mutator.HeaderNames);
    }

    [Fact]
    public async Task Another_header_holds_the_token_alone_and_is_nobody_elses_to_send()
    {
        var mutator = Make("{ header: X-Forwarded-Access-Token }", new FixedAccessToken("token"));

        var (_, request) = await MutatorHost.RunAsync(mutator);

        Assert.Equal("token", request.Identity.Find("X-Forwarded-Access-Token"));
        Assert.Null(request.Identity.Find("Authorization"));
        Assert.Equal(["X-Forwarded-Access-Token"], mutator.HeaderNames);
    }

    [Theory]
    [InlineData("two words"), InlineData("line\r\nX-Admin: true"), InlineData("ümlaut"), InlineData("quo\"te")]
    public async Task Header_injection_token_that_is_none_is_not_sent(string token)
    {
        var (outcome, request) = await MutatorHost.RunAsync(Make("{}", new FixedAccessToken(token)));

        Assert.Equal(ProxyRefusals.IdentityUnavailable, Assert.IsType<MutationOutcome.Refused>(outcome).Refusal);
        Assert.Empty(request.Identity.All);
    }

    [Fact]
    public async Task Token_that_would_arrive_nowhere_is_not_sent()
    {
        var (outcome, request) = await MutatorHost.RunAsync(Make("{}", new FixedAccessToken(new string('a', 8193))));

        Assert.IsType<MutationOutcome.Refused>(outcome);
        Assert.Empty(request.Identity.All);
    }

    [Fact]
    public async Task Request_without_a_login_is_refused_instead_of_forwarded_without_a_token()
    {
        var (outcome, _) = await MutatorHost.RunAsync(Make("{}", new SessionAccessTokens(null!)));

        Assert.Equal(ProxyRefusals.IdentityUnavailable, Assert.IsType<MutationOutcome.Refused>(outcome).Refusal);
    }

    [Theory]
    [InlineData("header: Host"), InlineData("header: Content-Length"), InlineData("header: 'X Y'"), InlineData("headers: {}")]
    public void What_cannot_be_right_is_a_load_error(string config) =>
        Assert.NotEmpty(MutatorHost.FaultsOf(new AccessTokenMutatorKind(new FixedAccessToken("token")), $"{{ {config} }}"));

    [Fact]
    public void Without_a_provider_there_is_no_token_to_pass_on() =>
        Assert.Contains("needs a provider", MutatorHost.FaultsOf(new AccessTokenMutatorKind(), "{}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("authenticators: [ { handler: oidc, config: { guest: true } } ]", "the rule lets guests in")]
    [InlineData("authenticators: [jwt]", "authenticator 'jwt' gives none"), InlineData("authenticators: [oidc, anonymous]", "authenticator 'anonymous' gives none")]
    public void Rule_that_lets_others_in_than_those_who_are_signed_in_is_a_load_error(string authenticators, string fault) =>
        Assert.Contains(fault, FaultsUnder($"upstream: http://127.0.0.1:3000, {authenticators}"), StringComparison.Ordinal);

    [Fact]
    public void Tokenizer_is_given_nobodys_access_token() =>
        Assert.Contains("goes to the Tokenizer", FaultsUnder("upstream: tokenizer, authenticators: [oidc]"), StringComparison.Ordinal);

    private static IMutator Make(string config, IAccessTokens tokens) => MutatorHost.Make(new AccessTokenMutatorKind(tokens), config);

    private static string FaultsUnder(string rule)
    {
        var use = Requests.Use(rule: Load(rule));
        Assert.Null(new AccessTokenMutatorKind(new FixedAccessToken("token")).Prepare(use));
        return string.Join('\n', use.Faults);
    }

    private static Rule Load(string rule) => RuleFileReader.LoadText(
        $$"""
        version: authproxy/v1
        rules: [ { id: r, match: { path: /** }, {{rule}} } ]
        """,
        "rules.yaml").Rules.Single();
}
