using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authentication.ApiKey;
using AuthProxy.Rules;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Authentication.ApiKey;

public sealed class ApiKeyAuthenticatorTests : IDisposable
{
    private readonly FakeClock _clock = new();
    private readonly TestFolder _folder = new();
    private readonly ApiKeyFiles _files;
    private readonly ApiKeyAuthenticatorKind _kind;
    private readonly GeneratedApiKey _key = ApiKeys.Generate("ci@example");
    private readonly string _file;

    public ApiKeyAuthenticatorTests()
    {
        _file = _folder.Write("keys.yaml", $"keys:\n{_key.Entry}  claims: {{ groups: [deployers], level: 3 }}\n  expires: 2030-02-01T00:00:00Z\n");
        _files = new ApiKeyFiles(_clock, NullLogger<ApiKeyFile>.Instance);
        _kind = new ApiKeyAuthenticatorKind(_files, Requests.Settings(), _clock);
    }

    public void Dispose()
    {
        _files.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Key_of_the_file_is_its_owner_with_claims_and_without_a_session()
    {
        var authenticator = Prepare();

        var accepted = Accepted(await AskAsync(authenticator, ("X-Api-Key", _key.Key)));

        Assert.Equal("ci@example", accepted.Subject.Id);
        Assert.Equal("""{"groups":["deployers"],"level":3}""", accepted.Subject.Claims.GetRawText());
        Assert.False(authenticator.GivesSession);
    }

    [Theory]
    [InlineData(RuleForm.AuthProxy), InlineData(RuleForm.Oathkeeper)]
    public async Task Key_is_not_forwarded_unless_the_rule_says_so(RuleForm form)
    {
        var accepted = Accepted(await AskAsync(Prepare(form: form), ("X-Api-Key", _key.Key)));

        Assert.Equal((ConsumedCredentials.Header, "X-Api-Key"), (accepted.Consumed, accepted.Header));
        Assert.Equal(ConsumedCredentials.None, Accepted(await AskAsync(Prepare("forward_credentials: true", form), ("X-Api-Key", _key.Key))).Consumed);
    }

    [Fact]
    public async Task Unknown_key_is_a_wrong_one_and_nobody_elses_business()
    {
        foreach (var guess in new[] { _key.Key + "x", _key.Key[..^1], _key.Key.ToUpperInvariant(), "guess", "ключ" })
        {
            Assert.Equal(ProxyRefusals.CredentialsInvalid, Rejected(await AskAsync(Prepare(), ("X-Api-Key", guess))).Refusal);
        }
    }

    [Fact]
    public async Task Hash_of_a_key_is_no_key() => Rejected(await AskAsync(Prepare(), ("X-Api-Key", ApiKeyHash.Of(_key.Key).ToString())));

    [Fact]
    public async Task Key_whose_time_is_over_is_refused()
    {
        _clock.Advance(TimeSpan.FromDays(30));

        Rejected(await AskAsync(Prepare(), ("X-Api-Key", _key.Key)));
    }

    [Fact]
    public async Task Two_keys_are_ambiguous() =>
        Assert.Equal(ProxyRefusals.CredentialsAmbiguous, Rejected(await AskAsync(Prepare(), ("X-Api-Key", _key.Key), ("X-Api-Key", "x"))).Refusal);

    [Theory]
    [InlineData("header: Authorization", "ApiKey {0}", true)]
    [InlineData("header: Authorization", "apikey {0}", true)]
    [InlineData("header: Authorization", "Bearer {0}", false)]
    [InlineData("header: Authorization, scheme: Bearer, prefix: ak_", "Bearer {0}", true)]
    [InlineData("header: Authorization, scheme: Bearer, prefix: other_", "Bearer {0}", false)]
    [InlineData("header: Authorization", "{0}", false)]
    public async Task Key_may_stand_behind_a_scheme_and_others_schemes_are_others_business(string more, string value, bool mine)
    {
        var outcome = await AskAsync(Prepare(more), ("Authorization", value.Replace("{0}", _key.Key, StringComparison.Ordinal)));

        Assert.Equal(mine, outcome is AuthenticationOutcome.Accepted { Consumed: ConsumedCredentials.Authorization });
        Assert.Equal(!mine, outcome is AuthenticationOutcome.NotMine);
    }

    [Fact]
    public async Task Changed_file_counts_and_a_broken_one_leaves_the_keys_as_they_were()
    {
        var authenticator = Prepare();
        var second = ApiKeys.Generate("second");

        _folder.Write("keys.yaml", "keys: [{ id: x }]");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Accepted(await AskAsync(authenticator, ("X-Api-Key", _key.Key)));

        _folder.Write("keys.yaml", "keys:\n" + second.Entry);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Accepted(await AskAsync(authenticator, ("X-Api-Key", second.Key)));
        Rejected(await AskAsync(authenticator, ("X-Api-Key", _key.Key)));
    }

    [Theory]
    [InlineData("keys: [{ id: a, hash: hunter2-plain-key }]", "sha256sum")]
    [InlineData("keys: [{ id: a, key: hunter2-plain-key }]", "sha256sum")]
    [InlineData("keys: [{ id: 'a b', hash: {0} }]", "letters")]
    [InlineData("keys: [{ id: a, hash: {0} }, { id: b, hash: {0} }]", "the same key")]
    [InlineData("keys: [{ id: a, hash: {0} }, { id: a, hash: {1} }]", "twice")]
    [InlineData("keys: [{ id: a, hash: {0}, expires: soon }]", "a time")]
    [InlineData("keys: [{ id: a, hash: {0}, claims: text }]", "no mapping")]
    [InlineData("", "keys")]
    public void File_that_is_not_right_keeps_the_rule_from_loading_and_shows_no_key(string text, string fault)
    {
        _folder.Write("keys.yaml", text.Replace("{0}", Hash("a"), StringComparison.Ordinal).Replace("{1}", Hash("b"), StringComparison.Ordinal));
        var use = Requests.Use($"{{ keys_file: '{_file}' }}");

        Assert.Null(_kind.Prepare(use));
        Assert.Contains(use.Faults, found => found.ToString().Contains(fault, StringComparison.Ordinal));
        Assert.DoesNotContain(use.Faults, found => found.ToString().Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void File_that_is_missing_is_a_fault()
    {
        var use = Requests.Use("{ keys_file: /nowhere/keys.yaml }");

        Assert.Null(_kind.Prepare(use));
        Assert.Contains(use.Faults, found => found.ToString().Contains("does not exist", StringComparison.Ordinal));
    }

    [Fact]
    public void Bearer_tokens_without_a_prefix_would_all_be_keys()
    {
        var use = Requests.Use($"{{ keys_file: '{_file}', header: Authorization, scheme: Bearer }}");

        Assert.Null(_kind.Prepare(use));
        Assert.Contains("prefix", use.Faults.Single().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Hash_may_be_hexadecimal_or_base64(bool padded)
    {
        var bytes = System.Security.Cryptography.SHA256.HashData("key"u8);
        var base64 = padded ? Convert.ToBase64String(bytes) : System.Buffers.Text.Base64Url.EncodeToString(bytes);

        Assert.True(ApiKeyHash.TryParse(base64, out var hash));
        Assert.True(ApiKeyHash.TryParse(Convert.ToHexString(bytes), out var hex));
        Assert.True(hash.IsSameAs(hex) && hash.IsSameAs(ApiKeyHash.Of("key")));
    }

    [Fact]
    public void Generated_keys_differ_and_only_their_hash_goes_into_the_file()
    {
        var other = ApiKeys.Generate("ci@example");

        Assert.NotEqual(_key.Key, other.Key);
        Assert.StartsWith("ak_ci@example_", _key.Key, StringComparison.Ordinal);
        Assert.DoesNotContain(_key.Key, _key.ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ApiKeys.Generate("a b"));
    }

    private static string Hash(string key) => ApiKeyHash.Of(key).ToString();

    private static AuthenticationOutcome.Accepted Accepted(AuthenticationOutcome outcome) => Assert.IsType<AuthenticationOutcome.Accepted>(outcome);

    private static AuthenticationOutcome.Rejected Rejected(AuthenticationOutcome outcome) => Assert.IsType<AuthenticationOutcome.Rejected>(outcome);

    private IAuthenticator Prepare(string more = "", RuleForm form = RuleForm.AuthProxy)
    {
        var use = Requests.Use($"{{ keys_file: '{_file}'{(more.Length > 0 ? ", " : "")}{more} }}", form);
        return _kind.Prepare(use) ?? throw new InvalidOperationException(string.Join('\n', use.Faults));
    }

    private static async Task<AuthenticationOutcome> AskAsync(IAuthenticator authenticator, params (string Name, string Value)[] headers)
    {
        var (context, request) = Requests.Create(headers: headers);
        return await authenticator.AuthenticateAsync(context, request, CancellationToken.None);
    }
}
