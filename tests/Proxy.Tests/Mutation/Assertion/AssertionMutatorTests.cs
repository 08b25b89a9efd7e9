using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Mutation.Assertion;
using AuthProxy.Rules;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Mutation.Assertion;

public sealed class AssertionMutatorTests : IDisposable
{
    private const string Configuration = """
        assertion: { issuer: "https://proxy.example", audiences: [bank, shop] }
        tokenizer: { enabled: true, users_url: "http://127.0.0.1:4461", vaults: [ { host: "vault.example.test", application: bank } ] }
        serve: { proxy: { public_urls: ["https://vault.example.test"] } }
        """;

    private readonly FakeClock _clock = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("authproxy-test-").FullName;
    private readonly SigningKeyRing _keys;
    private readonly AssertionCache _cache;
    private readonly AssertionProfiles _profiles = new();

    public AssertionMutatorTests()
    {
        SigningKeyRing.EnsureGenerated(_folder);
        _keys = ((SigningKeyRingOutcome.Loaded)SigningKeyRing.LoadFolder(_folder)).Ring;
        _cache = new AssertionCache(_clock, new AssertionCacheLimits { Count = 100 });
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Assertion_says_who_is_asking_for_whom_and_until_when()
    {
        var ends = _clock.GetUtcNow() + TimeSpan.FromHours(1);
        var headers = await RunAsync("{ audience: bank, claims: [email, groups, missing] }", Requests.Alice("""{ "email": "a@b.test", "groups": ["x"], "secret": 1 }""", new SessionIdentity("s1", ends)));

        var claims = await VerifyAsync(headers["X-Auth-Assertion"], "bank");
        Assert.Equal("alice", claims.GetProperty("sub").GetString());
        Assert.Equal("https://issuer.example", claims.GetProperty("sub_iss").GetString());
        Assert.Equal("s1", claims.GetProperty("sid").GetString());
        Assert.Equal(ends.ToUnixTimeSeconds(), claims.GetProperty("session_exp").GetInt64());
        Assert.Equal(60, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.Equal("a@b.test", claims.GetProperty("email").GetString());
        Assert.Equal("x", claims.GetProperty("groups")[0].GetString());
        Assert.False(claims.TryGetProperty("secret", out _));
        Assert.False(claims.TryGetProperty("missing", out _));
        Assert.Equal(("alice", "s1"), (headers["X-Auth-Subject"], headers["X-Auth-Session"]));
    }

    [Fact]
    public async Task Guest_is_told_from_a_user_in_assertion_and_headers()
    {
        var ends = _clock.GetUtcNow() + TimeSpan.FromMinutes(30);
        var guest = await RunAsync("{ audience: bank }", Requests.Alice("""{ "guest": true }""", new SessionIdentity("s1", ends) { IsGuest = true }));
        var user = await RunAsync("{ audience: bank }", Requests.Alice("""{ "guest": true }""", new SessionIdentity("s2", ends)));

        Assert.True((await VerifyAsync(guest["X-Auth-Assertion"], "bank")).GetProperty("guest").GetBoolean());
        Assert.Equal("true", guest["X-Auth-Guest"]);
        Assert.False((await VerifyAsync(user["X-Auth-Assertion"], "bank")).TryGetProperty("guest", out _));
        Assert.False(user.ContainsKey("X-Auth-Guest"));
    }

    [Fact]
    public async Task Anonymous_subject_has_no_session_in_its_assertion()
    {
        var headers = await RunAsync("{ audience: bank }", Subject.WithoutClaims("https://proxy.example", "anonymous"));

        var claims = await VerifyAsync(headers["X-Auth-Assertion"], "bank");
        Assert.False(claims.TryGetProperty("sid", out _));
        Assert.False(claims.TryGetProperty("session_exp", out _));
        Assert.False(headers.ContainsKey("X-Auth-Session"));
    }

    [Fact]
    public async Task Bound_assertion_names_its_request_and_is_never_handed_out_again()
    {
        var alice = Requests.Alice();
        var plain = (await RunAsync("{ audience: bank }", alice))["X-Auth-Assertion"];
        var first = (await RunAsync("{ audience: bank, bind_request: true }", alice))["X-Auth-Assertion"];
        var second = (await RunAsync("{ audience: bank, bind_request: true }", alice))["X-Auth-Assertion"];

        var claims = await VerifyAsync(first, "bank");
        Assert.Equal("GET", claims.GetProperty("htm").GetString());
        Assert.Matches("^https?://[^/?]+/[^?]*$", claims.GetProperty("htu").GetString());
        Assert.NotEqual(first, second);
        Assert.False((await VerifyAsync(plain, "bank")).TryGetProperty("htm", out _));
        Assert.Equal(plain, (await RunAsync("{ audience: bank }", alice))["X-Auth-Assertion"]);
    }

    [Fact]
    public async Task Assertion_is_handed_out_again_for_half_of_its_life_and_no_longer()
    {
        var alice = Requests.Alice();
        var first = (await RunAsync("{ audience: bank }", alice))["X-Auth-Assertion"];

        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(first, (await RunAsync("{ audience: bank }", alice))["X-Auth-Assertion"]);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(first, (await RunAsync("{ audience: bank }", alice))["X-Auth-Assertion"]);
    }

    [Fact]
    public async Task Another_subject_audience_or_choice_of_claims_gets_an_assertion_of_its_own()
    {
        var alice = Requests.Alice("""{ "email": "a@b.test" }""");
        var assertions = new[]
        {
            (await RunAsync("{ audience: bank }", alice))["X-Auth-Assertion"],
            (await RunAsync("{ audience: shop }", alice))["X-Auth-Assertion"],
            (await RunAsync("{ audience: bank, claims: [email] }", alice))["X-Auth-Assertion"],
            (await RunAsync("{ audience: bank }", Requests.Alice("""{ "email": "c@d.test" }""")))["X-Auth-Assertion"],
        };

        Assert.Equal(4, assertions.Distinct().Count());
    }

    [Fact]
    public async Task Assertion_is_not_handed_out_again_after_the_signing_key_changed()
    {
        var alice = Requests.Alice();
        var first = (await RunAsync("{ audience: bank }", alice))["X-Auth-Assertion"];

        SigningKeyRing.GenerateNext(_folder);
        Assert.IsType<SigningKeyReloadOutcome.Changed>(_keys.Reload());

        var second = (await RunAsync("{ audience: bank }", alice))["X-Auth-Assertion"];
        Assert.NotEqual(first, second);
        await VerifyAsync(second, "bank");
        await VerifyAsync(first, "bank");
    }

    [Fact]
    public async Task Assertion_never_outlives_the_session()
    {
        var headers = await RunAsync("{ audience: bank }", Requests.Alice(session: new SessionIdentity("s1", _clock.GetUtcNow() + TimeSpan.FromSeconds(10))));

        var claims = await VerifyAsync(headers["X-Auth-Assertion"], "bank");
        Assert.Equal(claims.GetProperty("session_exp").GetInt64(), claims.GetProperty("exp").GetInt64());
    }

    [Fact]
    public async Task Claims_that_fit_into_no_header_refuse_the_request()
    {
        var outcome = await OutcomeAsync("{ audience: bank, claims: [big] }", Requests.Alice($$"""{ "big": "{{new string('x', 9000)}}" }"""));

        Assert.Equal(ProxyRefusals.IdentityUnavailable, Assert.IsType<MutationOutcome.Refused>(outcome.Outcome).Refusal);
    }

    [Fact]
    public async Task Nobody_is_not_asserted()
    {
        var outcome = await OutcomeAsync("{ audience: bank }", Subject.WithoutClaims("https://proxy.example", ""));

        Assert.Equal(ProxyRefusals.IdentityUnavailable, Assert.IsType<MutationOutcome.Refused>(outcome.Outcome).Refusal);
    }

    [Fact]
    public async Task Tokenizers_audience_goes_by_the_vaults_host()
    {
        var rule = Requests.Rule(upstream: "tokenizer");

        var headers = await RunAsync("{}", Requests.Alice(), rule, "vault.example.test");
        Assert.Equal("tokenizer:bank", (await VerifyAsync(headers["X-Auth-Assertion"], "tokenizer:bank")).GetProperty("aud").GetString());

        var elsewhere = await OutcomeAsync("{}", Requests.Alice(), rule, "app.example.test");
        Assert.Equal(ProxyRefusals.IdentityUnavailable, Assert.IsType<MutationOutcome.Refused>(elsewhere.Outcome).Refusal);
    }

    [Theory]
    [InlineData("{}", "names no audience")]
    [InlineData("{ audience: other }", "none of assertion.audiences")]
    [InlineData("{ audience: 'tokenizer:bank' }", "none of assertion.audiences")]
    [InlineData("{ audience: bank, claims: [sub] }", "leave out")]
    [InlineData("{ audience: bank, claims: [session_exp] }", "leave out")]
    public void Use_that_would_say_too_much_is_a_fault(string config, string fault)
    {
        var use = Requests.Use(config, rule: Requests.Rule());

        Assert.Null(Kind().Prepare(use));
        Assert.Contains(use.Faults, found => found.ToString().Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Rule_towards_the_tokenizer_cannot_choose_its_audience()
    {
        var use = Requests.Use("{ audience: bank }", rule: Requests.Rule(upstream: "tokenizer"));

        Assert.Null(Kind().Prepare(use));
    }

    [Fact]
    public void Application_cannot_be_called_as_the_tokenizer() =>
        Assert.Throws<InvalidOperationException>(() => Requests.Settings("assertion: { audiences: ['tokenizer:bank'] }"));

    [Fact]
    public async Task Cache_stays_within_its_bounds()
    {
        for (var i = 0; i < 500; i++)
        {
            await RunAsync("{ audience: bank }", Requests.Alice());
        }

        Assert.True(_cache.Count <= 100, $"{_cache.Count} assertions are kept");
    }

    private AssertionMutatorKind Kind()
    {
        var settings = Requests.Settings(Configuration);
        return new AssertionMutatorKind(settings, new AssertionSource(_keys, settings.Assertion, _cache, _clock), _profiles);
    }

    private async Task<Dictionary<string, string>> RunAsync(string config, Subject subject, Rule? rule = null, string host = "app.example.test")
    {
        var (outcome, headers) = await OutcomeAsync(config, subject, rule, host);
        Assert.IsType<MutationOutcome.Done>(outcome);
        return headers;
    }

    private async Task<(MutationOutcome Outcome, Dictionary<string, string> Headers)> OutcomeAsync(string config, Subject subject, Rule? rule = null, string host = "app.example.test")
    {
        var use = Requests.Use(config, rule: rule ?? Requests.Rule());
        var mutator = Kind().Prepare(use) ?? throw new InvalidOperationException(string.Join('\n', use.Faults));
        var (context, request) = Requests.Create(host: host);
        request.Subject = subject;
        var outcome = await mutator.MutateAsync(context, request, CancellationToken.None);
        return (outcome, request.Identity.All.ToDictionary(header => header.Key, header => header.Value));
    }

    private async Task<JsonElement> VerifyAsync(string assertion, string audience)
    {
        var policy = new JwtPolicy { Algorithms = ["ES256"], Issuers = ["https://proxy.example"], Audiences = [audience], Type = JwtTypes.Assertion, MaximumLifetime = TimeSpan.FromSeconds(60) };
        return Assert.IsType<JwtOutcome.Verified>(await new JwtVerifier(_clock).VerifyAsync(assertion, policy, _keys, CancellationToken.None)).Jwt.Claims;
    }
}
