using System.Text;
using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authentication.Jwt;
using AuthProxy.Proxy.Tests.Pipeline;
using AuthProxy.Rules;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Authentication.Jwt;

public sealed class JwtAuthenticatorTests : IDisposable
{
    private static readonly SigningKey Key = SigningKey.Generate();
    private static readonly SigningKey Stranger = SigningKey.Generate();

    private readonly FakeClock _clock = new();
    private readonly string _keyFile = Path.GetTempFileName();
    private readonly KeySets _keySets;
    private readonly EndedBearers _bearers;
    private readonly JwtAuthenticatorKind _kind;

    public JwtAuthenticatorTests()
    {
        _bearers = new EndedBearers(_clock);
        File.WriteAllBytes(_keyFile, TestTokens.KeySet(Key));
        _keySets = new KeySets(_clock, NullLogger<KeySets>.Instance);
        _kind = new JwtAuthenticatorKind(new JwtTrusts(_keySets, _bearers.Sessions, _bearers.Endings, _clock));
    }

    public void Dispose()
    {
        _keySets.Dispose();
        _bearers.Dispose();
        File.Delete(_keyFile);
    }

    [Fact]
    public async Task Good_token_is_accepted_as_its_issuers_subject_with_a_session_that_ends_with_it()
    {
        var accepted = Accepted(await AskAsync(Mint()));

        Assert.Equal((TestTokens.Issuer, "alice"), (accepted.Subject.Issuer, accepted.Subject.Id));
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromMinutes(5), accepted.Subject.Session!.ExpiresAt);
        Assert.Equal(ConsumedCredentials.Authorization, accepted.Consumed);
    }

    [Fact]
    public async Task Token_seen_before_gives_the_very_same_subject_until_it_expires()
    {
        var token = Mint();
        var first = Accepted(await AskAsync(token));

        Assert.Same(first, Accepted(await AskAsync(token)));
        _clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(ProxyRefusals.CredentialsInvalid, Rejected(await AskAsync(token)).Refusal);
    }

    [Fact]
    public async Task Rules_that_believe_the_same_tokens_share_what_they_remember()
    {
        var token = Mint();

        Assert.Same(Accepted(await AskAsync(token)), Accepted(await AskAsync(token, authenticator: Prepare(Config))));
    }

    [Fact]
    public async Task Rule_that_asks_for_more_does_not_take_another_rules_word()
    {
        var token = Mint();
        Accepted(await AskAsync(token));

        Assert.Equal(ProxyRefusals.CredentialsInvalid, Rejected(await AskAsync(token, authenticator: Prepare(Config.Replace("[orders]", "[orders, audit]", StringComparison.Ordinal)))).Refusal);
    }

    [Theory]
    [InlineData("trusted_issuers: [{0}, b]", "trusted_issuers: [\"{0}\\tb\"]")]
    [InlineData("trusted_issuers: [{0}], target_audience: [orders]", "trusted_issuers: [\"{0}\\norders\"], target_audience: []")]
    [InlineData("trusted_issuers: [{0}, '1:b']", "trusted_issuers: ['{0}3:1:b']")]
    public async Task Rule_does_not_borrow_another_rules_trust_with_separators_in_its_texts(string honest, string forged)
    {
        IAuthenticator Prepared(string issuers) => _kind.Prepare(Requests.Use(
            $"{{ jwks_urls: ['file://{_keyFile}'], allowed_algorithms: [ES256], {issuers.Replace("{0}", TestTokens.Issuer, StringComparison.Ordinal)} }}", RuleForm.Oathkeeper))!;
        var token = Mint();
        Accepted(await AskAsync(token, Prepared(honest)));

        Assert.Equal(ProxyRefusals.CredentialsInvalid, Rejected(await AskAsync(token, Prepared(forged))).Refusal);
    }

    [Fact]
    public async Task Token_signed_by_a_stranger_is_refused() => Rejected(await AskAsync(Mint(key: Stranger)));

    [Fact]
    public async Task Token_for_another_service_is_refused() => Rejected(await AskAsync(Mint(audience: "other")));

    [Fact]
    public async Task Token_of_another_issuer_is_refused() => Rejected(await AskAsync(Mint(issuer: "https://evil.example")));

    [Fact]
    public async Task Token_without_a_subject_is_refused() => Rejected(await AskAsync(Mint(subject: null)));

    [Fact]
    public async Task Token_with_an_empty_subject_is_refused() => Rejected(await AskAsync(Mint(subject: "")));

    [Theory]
    [InlineData(JwtTypes.Assertion), InlineData(JwtTypes.Service), InlineData(JwtTypes.Application)]
    public async Task Assertion_that_we_signed_ourselves_is_no_bearer_token(string type) => Rejected(await AskAsync(Mint(type: type)));

    [Fact]
    public async Task Logout_token_of_a_trusted_issuer_is_no_bearer_token()
    {
        Rejected(await AskAsync(Mint(type: "logout+jwt")));
        Rejected(await AskAsync(Mint(type: "application/Logout+JWT; v=1")));
        Rejected(await AskAsync(Mint(more: writer =>
        {
            writer.WritePropertyName("events");
            writer.WriteRawValue("""{"http://schemas.openid.net/event/backchannel-logout":{}}""");
        })));
    }

    [Fact]
    public async Task Remembered_token_is_refused_once_its_subject_was_ended()
    {
        var (token, bobs) = (Mint(), Mint(subject: "bob"));
        Accepted(await AskAsync(token));

        await _bearers.EndAsync(TestTokens.Issuer, "alice");

        Assert.Equal(ProxyRefusals.CredentialsInvalid, Rejected(await AskAsync(token)).Refusal);
        Accepted(await AskAsync(bobs));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Accepted(await AskAsync(Mint()));
    }

    [Fact]
    public async Task Token_is_not_decided_where_nobody_can_say_whether_it_was_ended()
    {
        _bearers.Store.Fails = true;

        Assert.Equal(ProxyRefusals.SessionStoreUnavailable, Rejected(await AskAsync(Mint())).Refusal);
    }

    [Fact]
    public async Task Token_with_alg_none_is_refused()
    {
        var token = $"{Encode("{\"alg\":\"none\"}")}.{Encode($"{{\"iss\":\"{TestTokens.Issuer}\",\"aud\":\"orders\",\"sub\":\"alice\",\"exp\":9999999999}}")}.";

        Rejected(await AskAsync(token));
    }

    [Theory]
    [InlineData("Basic YWxpY2U6cHc="), InlineData("Bearer opaque-token"), InlineData("Bearer"), InlineData("")]
    public async Task What_is_no_json_web_token_is_somebody_elses(string authorization) =>
        Assert.IsType<AuthenticationOutcome.NotMine>(await AskHeadersAsync(Prepare(Config), ("Authorization", authorization)));

    [Fact]
    public async Task Two_authorization_headers_are_ambiguous() =>
        Assert.Equal(ProxyRefusals.CredentialsAmbiguous,
            Rejected(await AskHeadersAsync(Prepare(Config), ("Authorization", "Bearer " + Mint()), ("Authorization", "Bearer " + Mint()))).Refusal);

    [Fact]
    public async Task Two_tokens_in_one_authorization_header_are_refused() =>
        Assert.IsNotType<AuthenticationOutcome.Accepted>(await AskHeadersAsync(Prepare(Config), ("Authorization", $"Bearer {Mint()}, Bearer {Mint()}")));

    [Fact]
    public async Task Keys_that_cannot_be_had_are_no_wrong_credentials()
    {
        File.Delete(_keyFile);

        Assert.Equal(ProxyRefusals.KeysUnavailable, Rejected(await AskAsync(Mint())).Refusal);
    }

    [Theory]
    [InlineData("exact", "orders.read", "orders.read", true)]
    [InlineData("exact", "orders", "orders.read", false)]
    [InlineData("hierarchic", "orders", "orders.read", true)]
    [InlineData("hierarchic", "orders", "ordersread", false)]
    [InlineData("wildcard", "orders.*", "orders.read.all", true)]
    [InlineData("wildcard", "orders.*", "orders", false)]
    [InlineData("wildcard", "*.read", "orders.read", true)]
    [InlineData("wildcard", "*", "orders..read", false)]
    public async Task Required_scope_must_be_granted(string strategy, string granted, string required, bool passes)
    {
        var authenticator = Prepare(Config[..^1] + $", required_scope: [\"{required}\"], scope_strategy: {strategy} }}");

        var outcome = await AskAsync(Mint(more: writer => writer.WriteString("scope", "openid " + granted)), authenticator);

        Assert.Equal(passes, outcome is AuthenticationOutcome.Accepted);
    }

    [Fact]
    public async Task Tokens_of_one_login_share_their_session_and_those_of_two_do_not()
    {
        string Sid(AuthenticationOutcome outcome) => Accepted(outcome).Subject.Session!.Sid;

        var first = Sid(await AskAsync(Mint(more: writer => writer.WriteString("sid", "s1"))));
        var refreshed = Sid(await AskAsync(Mint(more: writer => { writer.WriteString("sid", "s1"); writer.WriteNumber("n", 2); })));
        var other = Sid(await AskAsync(Mint(more: writer => writer.WriteString("sid", "s2"))));
        var bound = Sid(await AskAsync(Mint(more: writer => { writer.WriteStartObject("cnf"); writer.WriteString("jkt", "s1"); writer.WriteEndObject(); })));
        var bare = Sid(await AskAsync(Mint()));

        Assert.Equal(first, refreshed);
        Assert.Equal(4, new[] { first, other, bound, bare }.Distinct().Count());
        Assert.DoesNotContain("s1", first, StringComparison.Ordinal);
    }

    [Fact]
    public void Passing_on_a_token_that_the_rule_itself_accepts_is_a_load_error()
    {
        var use = Requests.Use(Config[..^1] + ", forward_credentials: true }");

        Assert.Null(_kind.Prepare(use));
        Assert.Contains(use.Faults, fault => fault.Message.Contains("forward_credentials", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(", on_vault_host: true", true)]
    public void Bearer_tokens_read_no_values_unless_that_is_written(string more, bool prepared)
    {
        var use = Requests.Use(Config[..^1] + more + " }", rule: Requests.Rule("tokenizer"));

        Assert.Equal(prepared, _kind.Prepare(use) is not null);
        Assert.Equal(prepared, use.Faults.Count == 0);
    }

    [Fact]
    public async Task Token_in_another_header_is_consumed_there()
    {
        var authenticator = Prepare(Config[..^1] + ", token_from: { header: X-Token } }");

        var accepted = Accepted(await AskHeadersAsync(authenticator, ("X-Token", Mint())));

        Assert.Equal((ConsumedCredentials.Header, "X-Token"), (accepted.Consumed, accepted.Header));
    }

    [Theory]
    [InlineData("{ jwks_urls: ['file:///k'], target_audience: [orders] }", "trusted_issuers")]
    [InlineData("{ jwks_urls: ['file:///k'], trusted_issuers: [i] }", "target_audience")]
    [InlineData("{ trusted_issuers: [i], target_audience: [a] }", "jwks_urls")]
    [InlineData("{ jwks_urls: ['http://issuer.example/k'], trusted_issuers: [i], target_audience: [a] }", "plain http")]
    [InlineData("{ jwks_urls: ['file:///k'], trusted_issuers: [i], target_audience: [a], allowed_algorithms: [HS256] }", "shared secrets")]
    [InlineData("{ jwks_urls: ['file:///k'], trusted_issuers: [i], target_audience: [a], token_from: { query_parameter: t } }", "token_from.header")]
    [InlineData("{ jwks_urls: ['file:///k'], trusted_issuers: [i], target_audience: [a], audience: b }", "audience is not a known key")]
    public void Use_that_would_believe_too_much_is_a_fault(string config, string fault)
    {
        var use = Requests.Use(config);

        Assert.Null(_kind.Prepare(use));
        Assert.Contains(use.Faults, found => found.ToString().Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Oathkeepers_form_takes_any_audience_gives_no_session_then_and_hands_scopes_on_as_a_list()
    {
        var authenticator = _kind.Prepare(Requests.Use($"{{ jwks_urls: ['file://{_keyFile}'], allowed_algorithms: [ES256] }}", RuleForm.Oathkeeper))!;

        var accepted = Accepted(await AskAsync(Mint(audience: "anything", more: writer => writer.WriteString("scope", "a b")), authenticator));

        Assert.False(authenticator.GivesSession);
        Assert.Null(accepted.Subject.Session);
        Assert.Equal("[\"a\",\"b\"]", accepted.Subject.Claims.GetProperty("scp").GetRawText());
        Assert.False(accepted.Subject.Claims.TryGetProperty("scope", out _));
        Assert.Equal(ConsumedCredentials.None, accepted.Consumed);
    }

    [Fact]
    public async Task Oathkeepers_form_finds_tokens_in_query_and_cookie()
    {
        var config = $"{{ jwks_urls: ['file://{_keyFile}'], allowed_algorithms: [ES256], token_from: ";
        var (context, request) = Requests.Create(target: "/?t=" + Mint());

        Accepted(await _kind.Prepare(Requests.Use(config + "{ query_parameter: t } }", RuleForm.Oathkeeper))!.AuthenticateAsync(context, request, CancellationToken.None));
        Accepted(await AskHeadersAsync(_kind.Prepare(Requests.Use(config + "{ cookie: t } }", RuleForm.Oathkeeper))!, ("Cookie", "a=b; t=" + Mint())));
        Assert.Equal(ProxyRefusals.CredentialsAmbiguous,
            Rejected(await AskHeadersAsync(_kind.Prepare(Requests.Use(config + "{ cookie: t } }", RuleForm.Oathkeeper))!, ("Cookie", $"t={Mint()}; t=x"))).Refusal);
    }

    private string Config => $"{{ jwks_urls: ['file://{_keyFile}'], allowed_algorithms: [ES256], trusted_issuers: ['{TestTokens.Issuer}'], target_audience: [orders]}}";

    private static string Encode(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static AuthenticationOutcome.Accepted Accepted(AuthenticationOutcome outcome) => Assert.IsType<AuthenticationOutcome.Accepted>(outcome);

    private static AuthenticationOutcome.Rejected Rejected(AuthenticationOutcome outcome) => Assert.IsType<AuthenticationOutcome.Rejected>(outcome);

    private string Mint(
        SigningKey? key = null, string? subject = "alice", string audience = TestTokens.Audience, string issuer = TestTokens.Issuer, string type = "JWT", Action<Utf8JsonWriter>? more = null) =>
        TestTokens.Mint(key ?? Key, _clock.GetUtcNow(), subject, audience, issuer, type, more: more);

    private IAuthenticator Prepare(string config)
    {
        var use = Requests.Use(config);
        return _kind.Prepare(use) ?? throw new InvalidOperationException(string.Join('\n', use.Faults));
    }

    private Task<AuthenticationOutcome> AskAsync(string token, IAuthenticator? authenticator = null) =>
        AskHeadersAsync(authenticator ?? Prepare(Config), ("Authorization", "Bearer " + token));

    private static async Task<AuthenticationOutcome> AskHeadersAsync(IAuthenticator authenticator, params (string Name, string Value)[] headers)
    {
        var (context, request) = Requests.Create(headers: headers);
        return await authenticator.AuthenticateAsync(context, request, CancellationToken.None);
    }
}
