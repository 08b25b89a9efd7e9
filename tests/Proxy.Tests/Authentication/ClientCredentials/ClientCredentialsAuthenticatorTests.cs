using System.Text;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authentication.ClientCredentials;
using AuthProxy.Proxy.Tests.Remotes;
using AuthProxy.Rules;
using AuthProxy.TestKit;
using static AuthProxy.Proxy.Tests.Remotes.ScriptedCaller;

namespace AuthProxy.Proxy.Tests.Authentication.ClientCredentials;

public class ClientCredentialsAuthenticatorTests
{
    private const string Url = "token_url: https://issuer.example/token";
    private const string Cached = Url + ", cache: { enabled: true, ttl: 1m, max_tokens: 2 }";

    private readonly FakeClock _clock = new();
    private readonly ScriptedCaller _caller = new("""{"access_token":"x","expires_in":20}""");
    private readonly ClientCredentialsAuthenticatorKind _kind;

    public ClientCredentialsAuthenticatorTests() => _kind = new ClientCredentialsAuthenticatorKind(_caller, _clock);

    [Fact]
    public async Task Good_credentials_name_the_client_and_are_consumed_in_rules_of_ours()
    {
        var ours = Accepted(await AskAsync(Prepare(Url), "a:b"));

        Assert.Equal(("https://issuer.example", "a", ConsumedCredentials.Authorization), (ours.Subject.Issuer, ours.Subject.Id, ours.Consumed));
        Assert.Null(ours.Subject.Session);
        Assert.Equal(ConsumedCredentials.None, Accepted(await AskAsync(Prepare(Url + ", forward_credentials: true"), "a:b")).Consumed);
        Assert.Equal(ConsumedCredentials.None, Accepted(await AskAsync(Prepare(Url, RuleForm.Oathkeeper), "a:b")).Consumed);
    }

    [Fact]
    public async Task Wrong_secret_is_never_taken_for_the_right_one_nor_remembered_as_good()
    {
        var authenticator = Prepare(Cached);
        Accepted(await AskAsync(authenticator, "a:right"));
        _caller.Answer = _ => Status(401);

        foreach (var guess in new[] { "a:wrong", "a:wrong2", "a:", "a:right ", "aright:", "ar:ight" })
        {
            Rejected(await AskAsync(authenticator, guess));
        }

        Accepted(await AskAsync(authenticator, "a:right"));
    }

    [Fact]
    public async Task Answer_is_not_remembered_beyond_the_tokens_end()
    {
        var authenticator = Prepare(Cached);
        await AskAsync(authenticator, "a:b");
        _clock.Advance(TimeSpan.FromSeconds(21));
        await AskAsync(authenticator, "a:b");

        Assert.Equal(2, _caller.Asked.Count);
    }

    [Theory]
    [InlineData("required_scope: [b]"), InlineData("required_scope: [a, b]"), InlineData("token_url: https://other.example/token")]
    public async Task Remembered_answers_never_cross_between_rules_that_ask_differently(string other)
    {
        await AskAsync(Prepare(Cached + ", required_scope: [a]"), "a:b");
        await AskAsync(Prepare(other.StartsWith("token_url", StringComparison.Ordinal) ? Cached.Replace(Url, other, StringComparison.Ordinal) + ", required_scope: [a]" : $"{Cached}, {other}"), "a:b");

        Assert.Equal(2, _caller.Asked.Count);
    }

    [Fact]
    public async Task Guesses_do_not_push_the_memory_over_its_bound()
    {
        var authenticator = Prepare(Cached);
        for (var guess = 0; guess < 10; guess++)
        {
            Accepted(await AskAsync(authenticator, $"a{guess}:b"));
        }

        await AskAsync(authenticator, "a0:b");
        Assert.Equal(11, _caller.Asked.Count);
    }

    [Fact]
    public async Task Stampede_becomes_one_call()
    {
        var authenticator = Prepare(Cached);
        _caller.Held = new TaskCompletionSource();
        var asking = Enumerable.Range(0, 20).Select(_ => AskAsync(authenticator, "a:b")).ToList();

        _caller.Held.SetResult();
        await Task.WhenAll(asking).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Single(_caller.Asked);
    }

    [Theory]
    [InlineData("{}"), InlineData("""{"access_token":""}"""), InlineData("<html>"), InlineData("""{"access_token":"a","access_token":"b"}""")]
    public async Task Answer_without_a_token_proves_nothing(string body)
    {
        _caller.Answer = _ => Ok(body);

        Assert.Equal(ProxyRefusals.CredentialsInvalid, Rejected(await AskAsync(Prepare(Url), "a:b")).Refusal);
    }

    [Fact]
    public async Task Two_authorization_headers_are_ambiguous()
    {
        var (context, request) = Requests.Create(headers: [("Authorization", Basic("a:b")), ("Authorization", Basic("c:d"))]);

        Assert.Equal(ProxyRefusals.CredentialsAmbiguous, Rejected(await Prepare(Url).AuthenticateAsync(context, request, CancellationToken.None)).Refusal);
    }

    [Fact]
    public void Credentials_are_never_written_out()
    {
        Assert.DoesNotContain("b", new BasicCredentials("a", "b").ToString().Replace("[secret]", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("own", new GrantedToken("own", null).ToString(), StringComparison.Ordinal);
    }

    private static string Basic(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));

    private static AuthenticationOutcome.Accepted Accepted(AuthenticationOutcome outcome) => Assert.IsType<AuthenticationOutcome.Accepted>(outcome);

    private static AuthenticationOutcome.Rejected Rejected(AuthenticationOutcome outcome) => Assert.IsType<AuthenticationOutcome.Rejected>(outcome);

    private IAuthenticator Prepare(string config, RuleForm form = RuleForm.AuthProxy)
    {
        var use = Requests.Use($"{{ {config} }}", form);
        return _kind.Prepare(use) ?? throw new InvalidOperationException(string.Join('\n', use.Faults));
    }

    private static async Task<AuthenticationOutcome> AskAsync(IAuthenticator authenticator, string pair)
    {
        var (context, request) = Requests.Create(headers: ("Authorization", Basic(pair)));
        return await authenticator.AuthenticateAsync(context, request, CancellationToken.None);
    }
}
