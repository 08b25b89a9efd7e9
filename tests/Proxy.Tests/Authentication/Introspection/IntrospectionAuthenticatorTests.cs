using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authentication.Introspection;
using AuthProxy.Proxy.Tests.Remotes;
using AuthProxy.Rules;
using AuthProxy.TestKit;
using static AuthProxy.Proxy.Tests.Remotes.ScriptedCaller;

namespace AuthProxy.Proxy.Tests.Authentication.Introspection;

public sealed class IntrospectionAuthenticatorTests : IDisposable
{
    private const string Url = "introspection_url: https://issuer.example/introspect";
    private const string Cached = Url + ", cache: { enabled: true, ttl: 1m }";
    private const string Realm = "target_audience: [orders], trusted_issuers: ['https://issuer.example']";

    private readonly FakeClock _clock = new();
    private readonly ScriptedCaller _caller;
    private readonly EndedBearers _bearers;
    private readonly IntrospectionAuthenticatorKind _kind;

    public IntrospectionAuthenticatorTests()
    {
        _bearers = new EndedBearers(_clock);
        _caller = new ScriptedCaller(_ => Ok(Active()));
        _kind = new IntrospectionAuthenticatorKind(_caller, _bearers.Sessions, _bearers.Endings, _clock);
    }

    public void Dispose() => _bearers.Dispose();

    [Fact]
    public async Task Token_meant_for_this_realm_has_a_session_that_ends_with_it()
    {
        var authenticator = Prepare($"{Url}, {Realm}");

        var accepted = Accepted(await AskAsync(authenticator));

        Assert.True(authenticator.GivesSession);
        Assert.Equal(("https://issuer.example", "alice"), (accepted.Subject.Issuer, accepted.Subject.Id));
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromMinutes(5), accepted.Subject.Session!.ExpiresAt);
        Assert.StartsWith("b-", accepted.Subject.Session.Sid, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("target_audience: [orders]"), InlineData("trusted_issuers: ['https://issuer.example']"), InlineData("prefix: ''")]
    public async Task Token_that_may_be_meant_for_anybody_has_none(string conditions)
    {
        var authenticator = Prepare($"{Url}, {conditions}");

        Assert.False(authenticator.GivesSession);
        Assert.Null(Accepted(await AskAsync(authenticator)).Subject.Session);
    }

    [Fact]
    public async Task Token_of_which_nobody_says_when_it_ends_has_none()
    {
        _caller.Answer = _ => Ok("""{"active":true,"sub":"alice","aud":"orders","iss":"https://issuer.example"}""");

        Assert.Null(Accepted(await AskAsync(Prepare($"{Url}, {Realm}"))).Subject.Session);
    }

    [Fact]
    public async Task Tokens_of_one_login_share_their_session_and_those_of_two_do_not()
    {
        async Task<string> SidAsync(string token, string more)
        {
            _caller.Answer = _ => Ok(Active(more: more));
            return Accepted(await AskAsync(Prepare($"{Url}, {Realm}"), token)).Subject.Session!.Sid;
        }

        Assert.Equal(await SidAsync("t1", ",\"sid\":\"s1\""), await SidAsync("t2", ",\"sid\":\"s1\""));
        Assert.NotEqual(await SidAsync("t1", ",\"sid\":\"s1\""), await SidAsync("t1", ",\"sid\":\"s2\""));
        Assert.NotEqual(await SidAsync("t1", ""), await SidAsync("t2", ""));
    }

    [Fact]
    public async Task Same_token_at_two_endpoints_is_asked_about_twice()
    {
        await AskAsync(Prepare(Cached));
        await AskAsync(Prepare(Cached.Replace("issuer.example", "other.example", StringComparison.Ordinal)));

        Assert.Equal(2, _caller.Asked.Select(asked => asked.Address.Host).Distinct().Count());
    }

    [Theory]
    [InlineData("required_scope: [b]"), InlineData("target_audience: [other]"), InlineData("trusted_issuers: [other]")]
    public async Task Remembered_answer_does_not_skip_the_conditions_of_another_rule(string conditions)
    {
        Accepted(await AskAsync(Prepare($"{Cached}, required_scope: [a]")));

        Assert.Equal(ProxyRefusals.CredentialsInsufficient, Rejected(await AskAsync(Prepare($"{Cached}, {conditions}"))).Refusal);
        Assert.Single(_caller.Asked);
    }

    [Fact]
    public async Task Remembered_answers_never_cross_between_tokens()
    {
        _caller.Answer = request => Ok(Active(subject: BodyOf(request)["token=".Length..]));
        var authenticator = Prepare(Cached);

        Assert.Equal(("t1", "t2", "t1"), (await SubjectAsync(authenticator, "t1"), await SubjectAsync(authenticator, "t2"), await SubjectAsync(authenticator, "t1")));
        Assert.Equal(2, _caller.Asked.Count);
    }

    [Theory]
    [InlineData("introspection_request_headers: { X-A: b }"), InlineData("preserve_host: true"), InlineData("scope_strategy: none, required_scope: [a]")]
    [InlineData("pre_authorization: { enabled: true, client_id: a, client_secret: b, token_url: 'https://issuer.example/token' }")]
    public async Task Remembered_answers_never_cross_between_rules_that_ask_differently(string more)
    {
        _caller.Answer = request => Ok(request.Address.AbsolutePath == "/token" ? """{"access_token":"own"}""" : Active());
        await AskAsync(Prepare(Cached));
        await AskAsync(Prepare($"{Cached}, {more}"));

        Assert.Equal(2, _caller.Asked.Count(asked => asked.Address.AbsolutePath == "/introspect"));
    }

    [Fact]
    public async Task Answer_that_the_endpoint_alone_judges_is_never_remembered()
    {
        var authenticator = Prepare($"{Cached}, scope_strategy: none, required_scope: [a, b]");
        await AskAsync(authenticator);
        await AskAsync(authenticator);

        Assert.Equal(["token=t1&scope=a+b", "token=t1&scope=a+b"], _caller.Asked.Select(BodyOf));
    }

    [Fact]
    public async Task Refused_token_is_asked_about_anew()
    {
        var authenticator = Prepare(Cached);
        _caller.Answer = _ => Ok("""{"active":false}""");
        Rejected(await AskAsync(authenticator));
        _caller.Answer = _ => Ok(Active());

        Accepted(await AskAsync(authenticator));
    }

    [Fact]
    public async Task Answer_is_not_remembered_beyond_the_tokens_end()
    {
        var authenticator = Prepare($"{Url}, cache: {{ enabled: true, ttl: 1h }}");
        Accepted(await AskAsync(authenticator));
        _clock.Advance(TimeSpan.FromMinutes(5));
        _caller.Answer = _ => Ok("""{"active":false}""");

        Assert.Equal(ProxyRefusals.CredentialsInvalid, Rejected(await AskAsync(authenticator)).Refusal);
    }

    [Fact]
    public async Task Token_that_is_not_valid_yet_is_refused()
    {
        _caller.Answer = _ => Ok(Active(more: $",\"nbf\":{(_clock.GetUtcNow() + TimeSpan.FromMinutes(1)).ToUnixTimeSeconds()}"));

        Assert.Equal(ProxyRefusals.CredentialsInvalid, Rejected(await AskAsync(Prepare(Url))).Refusal);
    }

    [Theory]
    [InlineData("""{"active":1}"""), InlineData("""{"active":true,"aud":{}}"""), InlineData("""{"active":true,"exp":"soon"}"""), InlineData("""{"active":true,"scope":["a"]}""")]
    [InlineData("""{"active":true,"active":true}"""), InlineData("""{"active":true,"ext":[]}"""), InlineData("null"), InlineData("")]
    public async Task Answer_of_another_form_is_neither_yes_nor_no(string body)
    {
        _caller.Answer = _ => Ok(body);

        Assert.Equal(ProxyRefusals.CheckFailed, Rejected(await AskAsync(Prepare(Url))).Refusal);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Remembered_answer_is_refused_once_its_subject_was_ended(bool saysWhenIssued)
    {
        var authenticator = Prepare(Cached);
        _caller.Answer = _ => Ok(Active(more: saysWhenIssued ? $",\"iat\":{_clock.GetUtcNow().ToUnixTimeSeconds()}" : ""));
        Accepted(await AskAsync(authenticator));

        await _bearers.EndAsync("https://issuer.example", "alice");

        Assert.Equal(ProxyRefusals.CredentialsInvalid, Rejected(await AskAsync(authenticator)).Refusal);
        _clock.Advance(TimeSpan.FromSeconds(5));
        var newer = await AskAsync(authenticator, "t2");
        Assert.Equal(saysWhenIssued, newer is AuthenticationOutcome.Accepted);
    }

    [Fact]
    public async Task Stampede_becomes_one_call()
    {
        var authenticator = Prepare(Cached);
        _caller.Held = new TaskCompletionSource();
        var asking = Enumerable.Range(0, 20).Select(_ => AskAsync(authenticator)).ToList();

        _caller.Held.SetResult();
        Assert.All(await Task.WhenAll(asking).WaitAsync(TimeSpan.FromSeconds(10)), outcome => Accepted(outcome));
        Assert.Single(_caller.Asked);
    }

    [Fact]
    public async Task Oathkeepers_form_gets_ext_with_the_client_and_the_scope_beside_it()
    {
        _caller.Answer = _ => Ok("""{"active":true,"sub":"alice","ext":{"team":"a","scope":"forged"},"client_id":"c1","scope":"a b","aud":["x"],"username":null}""");

        var accepted = Accepted(await AskAsync(Prepare(Url, RuleForm.Oathkeeper)));

        Assert.Equal("""{"team":"a","username":"","client_id":"c1","scope":"a b","aud":["x"]}""", accepted.Subject.Claims.GetRawText());
        Assert.Equal(("https://issuer.example", ConsumedCredentials.None), (accepted.Subject.Issuer, accepted.Consumed));
    }

    [Fact]
    public async Task Token_is_consumed_in_rules_of_ours_and_must_name_a_subject()
    {
        Assert.Equal(ConsumedCredentials.Authorization, Accepted(await AskAsync(Prepare(Url))).Consumed);
        _caller.Answer = _ => Ok("""{"active":true}""");

        Assert.Equal(ProxyRefusals.CredentialsInvalid, Rejected(await AskAsync(Prepare(Url))).Refusal);
        Assert.Equal("", Accepted(await AskAsync(Prepare(Url, RuleForm.Oathkeeper))).Subject.Id);
    }

    [Fact]
    public async Task Token_cannot_add_a_field_to_the_question()
    {
        await AskAsync(Prepare(Url), "t1&scope=admin");

        Assert.Equal("token=t1%26scope%3Dadmin", BodyOf(_caller.Last));
    }

    [Theory]
    [InlineData(Url + ", forward_credentials: true", "forward_credentials")]
    [InlineData(Url + ", token_from: { cookie: t }", "token_from.header")]
    [InlineData("introspection_url: 'http://issuer.example/'", "plain http")]
    [InlineData(Url + ", pre_authorization: { enabled: true }", "lacks client_id")]
    [InlineData(Url + ", pre_authorization: { enabled: true, client_id: a, client_secret: b, token_url: 'http://issuer.example/' }", "plain http")]
    [InlineData(Url + ", introspection_request_headers: { Content-Type: text/plain }", "body")]
    public void Use_that_would_believe_or_tell_too_much_is_a_fault(string config, string fault)
    {
        var use = Requests.Use($"{{ {config} }}");

        Assert.Null(_kind.Prepare(use));
        Assert.Contains(use.Faults, found => found.ToString().Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Bearer_tokens_read_no_values_unless_that_is_written()
    {
        Assert.Null(_kind.Prepare(Requests.Use($"{{ {Url} }}", rule: Requests.Rule("tokenizer"))));
        Assert.NotNull(_kind.Prepare(Requests.Use($"{{ {Url}, on_vault_host: true }}", rule: Requests.Rule("tokenizer"))));
    }

    private string Active(string subject = "alice", string more = "") =>
        $$"""{"active":true,"sub":"{{subject}}","aud":["orders"],"iss":"https://issuer.example","scope":"a","exp":{{(_clock.GetUtcNow() + TimeSpan.FromMinutes(5)).ToUnixTimeSeconds()}}{{more}}}""";

    private static AuthenticationOutcome.Accepted Accepted(AuthenticationOutcome outcome) => Assert.IsType<AuthenticationOutcome.Accepted>(outcome);

    private static AuthenticationOutcome.Rejected Rejected(AuthenticationOutcome outcome) => Assert.IsType<AuthenticationOutcome.Rejected>(outcome);

    private IAuthenticator Prepare(string config, RuleForm form = RuleForm.AuthProxy)
    {
        var use = Requests.Use($"{{ {config} }}", form);
        return _kind.Prepare(use) ?? throw new InvalidOperationException(string.Join('\n', use.Faults));
    }

    private static async Task<string> SubjectAsync(IAuthenticator authenticator, string token) => Accepted(await AskAsync(authenticator, token)).Subject.Id;

    private static async Task<AuthenticationOutcome> AskAsync(IAuthenticator authenticator, string token = "t1")
    {
        var (context, request) = Requests.Create(headers: ("Authorization", "Bearer " + token));
        return await authenticator.AuthenticateAsync(context, request, CancellationToken.None);
    }
}
