using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authentication.SessionChecks;
using AuthProxy.Proxy.Tests.Remotes;
using AuthProxy.Rules;
using AuthProxy.TestKit;
using static AuthProxy.Proxy.Tests.Remotes.ScriptedCaller;

namespace AuthProxy.Proxy.Tests.Authentication.SessionChecks;

public class BearerTokenAuthenticatorTests
{
    private const string Config = "check_session_url: https://sessions.example/token";

    private readonly ScriptedCaller _caller = new("""{"sub":"u1","extra":{"role":"clerk"}}""");
    private readonly BearerTokenAuthenticatorKind _kind;

    public BearerTokenAuthenticatorTests() => _kind = new BearerTokenAuthenticatorKind(new SessionCheckFactory(_caller, new FakeClock()));

    [Fact]
    public async Task Service_sees_the_authorization_and_no_cookie()
    {
        var accepted = Accepted(await AskAsync(Prepare(), ("Authorization", "bearer t1"), ("Cookie", "a=b")));

        Assert.Equal("u1", accepted.Subject.Id);
        Assert.Equal("bearer t1", Assert.Single(_caller.Last.Headers).Value);
    }

    [Fact]
    public async Task Token_is_consumed_in_rules_of_ours_unless_they_say_otherwise()
    {
        var token = ("Authorization", "Bearer t1");

        Assert.Equal(ConsumedCredentials.Authorization, Accepted(await AskAsync(Prepare(), token)).Consumed);
        Assert.Equal(ConsumedCredentials.None, Accepted(await AskAsync(Prepare("forward_credentials: true"), token)).Consumed);
        Assert.Equal(ConsumedCredentials.None, Accepted(await AskAsync(Prepare(form: RuleForm.Oathkeeper), token)).Consumed);
        Assert.Equal("X-Token", Accepted(await AskAsync(Prepare("token_from: { header: X-Token }, forward_http_headers: [X-Token]"), ("X-Token", "t1"))).Header);
    }

    [Fact]
    public async Task Two_authorization_headers_are_ambiguous_even_where_the_token_stands_elsewhere()
    {
        var elsewhere = Prepare("token_from: { header: X-Token }, forward_http_headers: [X-Token]");

        Assert.Equal(ProxyRefusals.CredentialsAmbiguous, Rejected(await AskAsync(Prepare(), ("Authorization", "Bearer a"), ("Authorization", "Bearer b"))).Refusal);
        Assert.Equal(ProxyRefusals.CredentialsAmbiguous, Rejected(await AskAsync(elsewhere, ("X-Token", "t"), ("Authorization", "Bearer a"), ("Authorization", "Bearer b"))).Refusal);
        Assert.Empty(_caller.Asked);
    }

    [Theory]
    [InlineData("Authorization", "Basic eDp5"), InlineData("Authorization", "Bearer "), InlineData("Authorization", "Bearer other"), InlineData("X-Other", "Bearer mob_1")]
    public async Task What_is_no_token_of_this_prefix_is_somebody_elses(string header, string value)
    {
        Assert.IsType<AuthenticationOutcome.NotMine>(await AskAsync(Prepare("prefix: mob_"), (header, value)));
        Assert.Empty(_caller.Asked);
    }

    [Fact]
    public async Task Token_named_in_Connection_is_still_the_one_that_is_checked()
    {
        await AskAsync(Prepare("token_from: { header: X-Token }, forward_http_headers: [X-Token]"), ("X-Token", "t1"), ("Connection", "X-Token, Authorization"));

        Assert.Equal("t1", HeaderOf(_caller.Last, "X-Token"));
    }

    [Theory]
    [InlineData("token_from: { header: X-Token }", "forward_http_headers")]
    [InlineData("token_from: { query_parameter: t }", "token_from.header")]
    [InlineData("token_from: {}", "names no place")]
    [InlineData("token_from: { header: a, cookie: b }", "more than one")]
    public void Token_that_the_service_would_not_see_or_that_others_get_at_is_a_fault(string more, string fault)
    {
        var use = Requests.Use($"{{ {Config}, {more} }}");

        Assert.Null(_kind.Prepare(use));
        Assert.Contains(use.Faults, found => found.ToString().Contains(fault, StringComparison.Ordinal));
    }

    private static AuthenticationOutcome.Accepted Accepted(AuthenticationOutcome outcome) => Assert.IsType<AuthenticationOutcome.Accepted>(outcome);

    private static AuthenticationOutcome.Rejected Rejected(AuthenticationOutcome outcome) => Assert.IsType<AuthenticationOutcome.Rejected>(outcome);

    private IAuthenticator Prepare(string more = "", RuleForm form = RuleForm.AuthProxy)
    {
        var use = Requests.Use($"{{ {Config}{(more.Length > 0 ? ", " : "")}{more} }}", form);
        return _kind.Prepare(use) ?? throw new InvalidOperationException(string.Join('\n', use.Faults));
    }

    private static async Task<AuthenticationOutcome> AskAsync(IAuthenticator authenticator, params (string Name, string Value)[] headers)
    {
        var (context, request) = Requests.Create(headers: headers);
        return await authenticator.AuthenticateAsync(context, request, CancellationToken.None);
    }
}
