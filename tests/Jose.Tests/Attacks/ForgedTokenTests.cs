using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthProxy.TestKit;

namespace AuthProxy.Jose.Tests.Attacks;

public class ForgedTokenTests
{
    private static readonly JwtPolicy Everything = new() { Algorithms = [.. JwtAlgorithms.Asymmetric, .. JwtAlgorithms.Symmetric, "none", "NONE", "None", ""] };

    private readonly FakeClock _clock = new();

    private string Claims => $$"""{"sub":"root","exp":{{Tokens.Seconds(_clock, 60)}}}""";

    [Theory]
    [InlineData("none"), InlineData("None"), InlineData("NONE"), InlineData("nOnE"), InlineData("none "), InlineData("\\u006eone")]
    public async Task Algorithm_none_is_refused_even_where_a_policy_lists_it(string algorithm)
    {
        var unsigned = $"{Tokens.Encode($$"""{"alg":"{{algorithm}}"}""")}.{Tokens.Encode(Claims)}.";
        Assert.Equal(JwtFault.Malformed, await Tokens.Fault(unsigned, _clock, Everything));
        Assert.Equal(JwtFault.AlgorithmNotAllowed, await Tokens.Fault(unsigned + "AAAA", _clock, Everything));
    }

    [Fact]
    public async Task Hs256_signed_with_the_rsa_public_key_is_refused()
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(Tokens.Rsa.ToPem());
        byte[][] secrets =
        [
            Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(rsa.ExportRSAPublicKeyPem()),
            rsa.ExportSubjectPublicKeyInfo(), rsa.ExportRSAPublicKey(), rsa.ExportParameters(false).Modulus!, Tokens.Jwks(Tokens.Rsa),
        ];
        foreach (var secret in secrets)
        {
            var token = Tokens.Hmac($$"""{"alg":"HS256","kid":"{{Tokens.Rsa.KeyId}}"}""", Claims, secret);
            Assert.Equal(JwtFault.AlgorithmNotAllowed, await Tokens.Fault(token, _clock));
            Assert.Equal(JwtFault.KeyUnknown, await Tokens.Fault(token, _clock, Everything));
        }
    }

    [Fact]
    public async Task Shared_secret_counts_only_where_a_policy_lists_its_algorithm()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var keys = new FixedKeySource(VerificationKey.FromSecret(secret, "s"));
        var token = Tokens.Hmac("""{"alg":"HS256","kid":"s"}""", Claims, secret);
        Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(token, _clock, new JwtPolicy { Algorithms = ["HS256"] }, keys));
        Assert.Equal(JwtFault.AlgorithmNotAllowed, await Tokens.Fault(token, _clock, new JwtPolicy { Algorithms = JwtAlgorithms.Asymmetric }, keys));
    }

    [Fact]
    public async Task Secret_shorter_than_the_hash_verifies_nothing()
    {
        var secret = RandomNumberGenerator.GetBytes(31);
        var token = Tokens.Hmac("""{"alg":"HS256"}""", Claims, secret);
        Assert.Equal(JwtFault.KeyUnknown, await Tokens.Fault(token, _clock, Everything, new FixedKeySource(VerificationKey.FromSecret(secret))));
    }

    [Fact]
    public async Task Algorithm_of_another_key_type_curve_or_padding_is_refused()
    {
        foreach (var algorithm in new[] { "RS256", "PS256", "ES384", "ES512", "HS256" })
        {
            var token = Tokens.SignRaw($$"""{"alg":"{{algorithm}}","kid":"{{Tokens.Ec.KeyId}}"}""", Claims, Tokens.Ec);
            Assert.Equal(JwtFault.KeyUnknown, await Tokens.Fault(token, _clock, Everything));
        }

        // The key says RS256, so the other paddings and hashes are not its own either.
        foreach (var algorithm in new[] { "PS256", "RS384", "RS512", "ES256" })
        {
            var token = Tokens.SignRaw($$"""{"alg":"{{algorithm}}","kid":"{{Tokens.Rsa.KeyId}}"}""", Claims, Tokens.Rsa);
            Assert.Equal(JwtFault.KeyUnknown, await Tokens.Fault(token, _clock, Everything));
        }
    }

    [Fact]
    public async Task Key_that_the_token_brings_along_is_never_used()
    {
        var evil = SigningKey.Generate();
        var jwk = Encoding.UTF8.GetString(Write(evil.WritePublicJwk));
        string[] headers =
        [
            $$"""{"alg":"ES256","jwk":{{jwk}}}""",
            $$"""{"alg":"ES256","kid":"{{Tokens.Ec.KeyId}}","jwk":{{jwk}}}""",
            $$"""{"alg":"ES256","kid":"{{evil.KeyId}}","jwk":{{jwk}}}""",
            """{"alg":"ES256","jku":"https://evil.example/keys"}""",
            """{"alg":"ES256","x5u":"https://evil.example/cert"}""",
            """{"alg":"ES256","x5c":["MIIB"]}""",
        ];
        foreach (var header in headers)
        {
            var fault = await Tokens.Fault(Tokens.SignRaw(header, Claims, evil), _clock, Everything);
            Assert.True(fault is JwtFault.SignatureInvalid or JwtFault.KeyUnknown);
        }
    }

    [Fact]
    public async Task Jku_and_x5u_cause_no_fetch_of_their_own()
    {
        var fetches = 0;
        using var cache = new JwksCache(_ => ValueTask.FromResult<FetchOutcome>(Count(ref fetches, Tokens.Jwks(Tokens.Ec))), _clock);
        var header = $$"""{"alg":"ES256","kid":"{{Tokens.Ec.KeyId}}","jku":"http://127.0.0.1:1/","x5u":"file:///etc/passwd"}""";
        Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(Tokens.SignRaw(header, Claims, Tokens.Ec), _clock, Everything, cache));
        Assert.Equal(1, fetches);
    }

    [Theory]
    [InlineData("../../../../dev/null"), InlineData("' OR 1=1 --"), InlineData("x\\u0000y"), InlineData("\\r\\nX-Evil: 1"), InlineData("")]
    public async Task Key_id_is_only_ever_compared(string keyId)
    {
        var token = Tokens.SignRaw($$"""{"alg":"ES256","kid":"{{keyId}}"}""", Claims, Tokens.Ec);
        Assert.Equal(JwtFault.KeyUnknown, await Tokens.Fault(token, _clock, Everything));
    }

    [Fact]
    public async Task Second_sub_does_not_win()
    {
        var twice = $$"""{"sub":"alice","exp":{{Tokens.Seconds(_clock, 60)}},"sub":"root"}""";
        var escaped = $$"""{"sub":"alice","exp":{{Tokens.Seconds(_clock, 60)}},"\u0073ub":"root"}""";
        Assert.Equal(JwtFault.Malformed, await Tokens.Fault(Tokens.SignRaw(twice), _clock, Everything));
        Assert.Equal(JwtFault.Malformed, await Tokens.Fault(Tokens.SignRaw(escaped), _clock, Everything));
    }

    [Theory]
    [InlineData(17), InlineData(2000), InlineData(90_000)]
    public async Task Deep_nesting_bomb_is_refused_validly_signed_or_not(int depth)
    {
        var bomb = "{\"a\":" + new string('[', depth) + new string(']', depth) + "}";
        var verifier = new JwtVerifier(_clock, new JwtLimits { MaxTokenBytes = 1_000_000 });
        foreach (var token in new[] { Tokens.SignRaw(bomb), $"{Tokens.Encode(bomb)}.{Tokens.Encode("{}")}.AAAA" })
        {
            var outcome = await verifier.VerifyAsync(token, Everything, Tokens.Keys(Tokens.Ec), CancellationToken.None);
            Assert.Equal(JwtFault.Malformed, Assert.IsType<JwtOutcome.Rejected>(outcome).Fault);
        }
    }

    [Fact]
    public async Task Oversized_token_is_refused_before_it_is_decoded()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var fault = await Tokens.Fault(new string('A', 20_000) + "." + new string('A', 2_000_000) + ".AAAA", _clock, Everything);
        Assert.Equal(JwtFault.Malformed, fault);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 9_000_000);
    }

    [Fact]
    public async Task Second_spelling_of_a_signature_is_refused()
    {
        var token = Tokens.Sign(_clock);
        var last = token[^1];
        var sibling = (char)(last + 1);
        foreach (var spelling in new[] { token + "=", token + "==", token + " ", "\n" + token, token[..^1] + sibling, token + "\0" })
        {
            Assert.Equal(JwtFault.Malformed, await Tokens.Fault(spelling, _clock));
        }
    }

    [Fact]
    public async Task Ecdsa_signature_in_der_is_refused()
    {
        var parts = Tokens.Sign(_clock).Split('.');
        using var key = ECDsa.Create();
        key.ImportFromPem(Tokens.Ec.ToPem());
        var der = key.SignData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var token = $"{parts[0]}.{parts[1]}.{System.Buffers.Text.Base64Url.EncodeToString(der)}";
        Assert.Equal(JwtFault.SignatureInvalid, await Tokens.Fault(token, _clock));
    }

    [Fact]
    public async Task Encrypted_token_is_never_opened() =>
        Assert.Equal(JwtFault.Malformed, await Tokens.Fault($"{Tokens.Encode("""{"alg":"dir","enc":"A128GCM","zip":"DEF"}""")}..AAAA.AAAA.AAAA", _clock, Everything));

    private static FetchOutcome.Fetched Count(ref int fetches, byte[] content)
    {
        Interlocked.Increment(ref fetches);
        return new FetchOutcome.Fetched(content);
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            write(writer);
        }

        return stream.ToArray();
    }
}
