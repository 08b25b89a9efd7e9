using System.Buffers.Text;
using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Mutation.IdToken;
using AuthProxy.Proxy.Tests.Remotes;
using AuthProxy.Rules;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Mutation.IdToken;

public sealed class IdTokenMutatorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("authproxy-test-").FullName;
    private readonly FakeClock _clock = new();
    private readonly SigningKey _key = SigningKey.Generate();
    private readonly SigningKeyRing _assertionKeys;
    private readonly TokenKeyRings _rings;
    private readonly ScriptedCaller _caller = new();

    public IdTokenMutatorTests()
    {
        SigningKeyRing.EnsureGenerated(Path.Combine(_folder, "keys"));
        _assertionKeys = ((SigningKeyRingOutcome.Loaded)SigningKeyRing.LoadFolder(Path.Combine(_folder, "keys"))).Ring;
        _rings = new TokenKeyRings(_assertionKeys, _caller, _clock, NullLogger<TokenKeyRings>.Instance);
        File.WriteAllText(KeyFile, KeySet(_key));
    }

    private string KeyFile => Path.Combine(_folder, "signing-keys.json");

    public void Dispose()
    {
        _rings.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Token_says_what_the_template_says_and_of_itself_only_what_is_true()
    {
        var mutator = Make("""claims: '{ "iss": "http://forged.test/", "sub": "mallory", "exp": 1, "iat": 1, "nbf": 1, "jti": "x", "aud": ["dashboard"], "n": { "a": 1 } }', ttl: 5m""");

        var claims = await VerifyAsync(mutator);

        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(("http://proxy.test/", "alice"), (claims.GetProperty("iss").GetString(), claims.GetProperty("sub").GetString()));
        Assert.Equal((now, now, now + 300), (claims.GetProperty("iat").GetInt64(), claims.GetProperty("nbf").GetInt64(), claims.GetProperty("exp").GetInt64()));
        Assert.True(Guid.TryParse(claims.GetProperty("jti").GetString(), out _));
        Assert.Equal("dashboard", claims.GetProperty("aud")[0].GetString());
        Assert.Equal(1, claims.GetProperty("n").GetProperty("a").GetInt32());
        Assert.Equal(8, claims.EnumerateObject().Count());
        Assert.Equal(["Authorization"], mutator.HeaderNames);
    }

    [Fact]
    public async Task Same_claims_for_the_same_subject_get_the_same_token_until_a_tenth_of_its_life_is_left()
    {
        var mutator = Make("ttl: 100s");
        var first = await TokenAsync(mutator);
        _clock.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal(first, await TokenAsync(mutator));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(first, await TokenAsync(mutator));
    }

    [Fact]
    public async Task Token_is_shared_by_nobody_who_differs_in_anything_that_it_says()
    {
        var mutator = Make("""claims: '{ "plan": "{{ print .Extra.plan }}" }'""");
        string[] tokens =
        [
            await TokenAsync(mutator),
            await TokenAsync(mutator, Requests.Alice() with { Id = "bob" }),
            await TokenAsync(mutator, Requests.Alice() with { Issuer = "https://other.example" }),
            await TokenAsync(mutator, Requests.Alice("""{ "plan": "gold" }""")),
            await TokenAsync(Make("ttl: 10m")),
            await TokenAsync(Make("ttl: 10m", issuer: "http://other.test/")),
        ];

        Assert.Equal(tokens.Length, tokens.Distinct().Count());
    }

    [Fact]
    public async Task Quotation_mark_in_a_claim_adds_no_claim()
    {
        var mutator = Make("""claims: '{ "plan": "{{ print .Extra.plan }}" }'""");

        var claims = await VerifyAsync(mutator, Requests.Alice("""{ "plan": "x\", \"admin\": \"true" }"""));

        Assert.Equal("x\", \"admin\": \"true", claims.GetProperty("plan").GetString());
        Assert.False(claims.TryGetProperty("admin", out _));
    }

    [Theory]
    [InlineData("[]", "no JSON object"), InlineData("{ \"{{ print .Subject }}\": 1, \"alice\": 2 }", "twice"), InlineData("{ \"a\": \"{{ .Extra.a.b.c }}\" }", "claims")]
    public async Task Claims_that_are_no_object_refuse_the_request(string claims, string why)
    {
        var (outcome, _) = await MutatorHost.RunAsync(Make($"claims: '{claims}'"));

        var refused = Assert.IsType<MutationOutcome.Refused>(outcome);
        Assert.Equal(ProxyRefusals.IdentityUnavailable, refused.Refusal);
        Assert.Contains(why, refused.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_too_long_for_a_header_refuses_the_request()
    {
        var mutator = Make("""claims: '{ "plan": "{{ print .Extra.plan }}" }'""");

        var (outcome, _) = await MutatorHost.RunAsync(mutator, Requests.Alice($$"""{ "plan": "{{new string('a', 8000)}}" }"""));

        Assert.Contains("too long", Assert.IsType<MutationOutcome.Refused>(outcome).Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RuleForm.AuthProxy, 60), InlineData(RuleForm.Oathkeeper, 900)]
    public async Task Our_token_does_not_outlive_the_session_and_oathkeepers_lives_as_long_as_it_says(object form, int seconds)
    {
        var session = new SessionIdentity("sid", _clock.GetUtcNow() + TimeSpan.FromSeconds(60));

        var claims = await VerifyAsync(Make("", (RuleForm)form), Requests.Alice(session: session));

        Assert.Equal(seconds, claims.GetProperty("exp").GetInt64() - _clock.GetUtcNow().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task New_keys_in_the_file_sign_from_then_on_and_broken_ones_change_nothing()
    {
        var mutator = Make("");
        var first = await TokenAsync(mutator);
        await File.WriteAllTextAsync(KeyFile, "{ broken");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(first, await TokenAsync(mutator));

        var next = SigningKey.Generate(JwtAlgorithms.RS256);
        await File.WriteAllTextAsync(KeyFile, KeySet(next));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(next.KeyId, HeaderOf(await TokenAsync(mutator)).GetProperty("kid").GetString());
    }

    [Fact]
    public async Task Proxys_own_assertion_key_signs_no_id_token()
    {
        await File.WriteAllTextAsync(KeyFile, KeySet(_assertionKeys.Current));

        Assert.Contains("signs assertions", MutatorHost.FaultsOf(Kind(), Config("")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxys_own_assertion_key_signs_no_id_token_under_another_id_either()
    {
        await File.WriteAllTextAsync(KeyFile, KeySet(_assertionKeys.Current).Replace(_assertionKeys.Current.KeyId, "innocent", StringComparison.Ordinal));

        Assert.Contains("signs assertions", MutatorHost.FaultsOf(Kind(), Config("")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_of_an_address_are_fetched_once_and_kept_while_it_fails()
    {
        var asked = 0;
        _caller.Answer = _ => ++asked == 1 ? ScriptedCaller.Status(200, KeySet(_key)) : ScriptedCaller.Status(503);
        var mutator = MutatorHost.Make(Kind(), "{ issuer_url: http://proxy.test/, jwks_url: 'https://keys.example/set', jwks_ttl: 10s }");
        await TokenAsync(mutator);
        await TokenAsync(mutator);
        Assert.Equal(1, asked);

        _clock.Advance(TimeSpan.FromSeconds(11));
        await TokenAsync(mutator);
        Assert.Equal(2, asked);
    }

    [Theory]
    [InlineData(404, "{}"), InlineData(200, "{}"), InlineData(200, """{ "keys": [] }"""), InlineData(200, "x")]
    public async Task Address_without_keys_refuses_the_request(int status, string body)
    {
        _caller.Answer = _ => ScriptedCaller.Status(status, body);
        var mutator = MutatorHost.Make(Kind(), "{ issuer_url: http://proxy.test/, jwks_url: 'https://keys.example/set' }");

        Assert.Equal(ProxyRefusals.IdentityUnavailable, Assert.IsType<MutationOutcome.Refused>((await MutatorHost.RunAsync(mutator)).Outcome).Refusal);
    }

    [Fact]
    public async Task Shared_secret_signs_for_oathkeepers_rules_only()
    {
        var secret = new byte[32];
        secret[0] = 7;
        await File.WriteAllTextAsync(KeyFile, $$"""{ "keys": [ { "kty": "oct", "kid": "shared", "alg": "HS256", "k": "{{Base64Url.EncodeToString(secret)}}" } ] }""");

        Assert.Contains("shared secret", MutatorHost.FaultsOf(Kind(), Config("")), StringComparison.Ordinal);
        var token = await TokenAsync(Make("", RuleForm.Oathkeeper));
        var policy = new JwtPolicy { Algorithms = ["HS256"], Type = "JWT" };
        Assert.IsType<JwtOutcome.Verified>(await new JwtVerifier(_clock).VerifyAsync(token, policy, new FixedKeySource(VerificationKey.FromSecret(secret, "shared")), CancellationToken.None));
    }

    [Theory]
    [InlineData("{}", "issuer_url")]
    [InlineData("{ issuer_url: http://proxy.test/ }", "jwks_url")]
    [InlineData("{ issuer_url: http://proxy.test/, jwks_url: 'http://keys.example/' }", "loopback")]
    [InlineData("{ issuer_url: http://proxy.test/, jwks_url: 'https://a:b@keys.example/' }", "user information")]
    [InlineData("{ issuer_url: http://proxy.test/, jwks_url: 's3://bucket/keys' }", "file://")]
    [InlineData("{ issuer_url: http://proxy.test/, jwks_url: 'file:///nowhere/keys.json' }", "cannot sign")]
    [InlineData("{ issuer_url: http://proxy.test/, jwks_url: 'https://keys.example/', ttl: 1s }", "at least 10s")]
    [InlineData("{ issuer_url: http://proxy.test/, jwks_url: 'https://keys.example/', ttl: 48h }", "at most 24h")]
    public void Use_that_cannot_work_is_a_fault(string config, string fault) =>
        Assert.Contains(fault, MutatorHost.FaultsOf(Kind(), config), StringComparison.Ordinal);

    [Fact]
    public void Where_its_keys_are_is_a_destination() => Assert.Equal(["jwks_url"], ((IHandlerKind<IMutator>)Kind()).Destinations);

    private static string KeySet(SigningKey key)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            key.WritePrivateJwk(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static JsonElement HeaderOf(string token) => JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[0])).RootElement;

    private static async Task<string> TokenAsync(IMutator mutator, Subject? subject = null)
    {
        var (outcome, request) = await MutatorHost.RunAsync(mutator, subject);
        Assert.True(outcome is MutationOutcome.Done, (outcome as MutationOutcome.Refused)?.Why);
        return request.Identity.Find("Authorization")!["Bearer ".Length..];
    }

    private async Task<JsonElement> VerifyAsync(IMutator mutator, Subject? subject = null)
    {
        var policy = new JwtPolicy { Algorithms = ["ES256"], Type = "JWT" };
        var outcome = await new JwtVerifier(_clock).VerifyAsync(await TokenAsync(mutator, subject), policy, new FixedKeySource(_key.VerificationKey), CancellationToken.None);
        return Assert.IsType<JwtOutcome.Verified>(outcome).Jwt.Claims;
    }

    private IdTokenMutatorKind Kind() => new(_rings, new IdTokenSource(_clock));

    private IMutator Make(string more, RuleForm form = RuleForm.AuthProxy, string issuer = "http://proxy.test/") => MutatorHost.Make(Kind(), Config(more, issuer), form);

    private string Config(string more, string issuer = "http://proxy.test/") => $"{{ issuer_url: '{issuer}', jwks_url: 'file://{KeyFile}', {more} }}";
}
