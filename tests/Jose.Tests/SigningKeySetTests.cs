using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuthProxy.Jose.Tests;

public class SigningKeySetTests
{
    [Theory]
    [InlineData("RS256"), InlineData("RS384"), InlineData("RS512"), InlineData("PS256"), InlineData("PS384"), InlineData("PS512"), InlineData("ES256"), InlineData("ES384"), InlineData("ES512")]
    public void Key_of_each_algorithm_signs_what_its_published_half_verifies(string algorithm)
    {
        var set = Loaded(Set(Private(algorithm, "k1")));

        Assert.Equal((algorithm, "k1", false), (set.Signing.Algorithm, set.Signing.KeyId, set.Signing.IsSecret));
        var published = ((JsonWebKeySetOutcome.Parsed)JsonWebKeySet.Parse(Published(set))).Set;
        Assert.True(Verifies(JwtSigner.Sign(set.Signing, "JWT", _ => { }), Assert.Single(published.Find("k1", algorithm))));
    }

    [Theory]
    [InlineData("HS256", 32), InlineData("HS384", 48), InlineData("HS512", 64)]
    public void Secret_signs_and_is_published_nowhere(string algorithm, int bytes)
    {
        var secret = RandomNumberGenerator.GetBytes(bytes);
        var set = Loaded(Set(new JsonObject { ["kty"] = "oct", ["kid"] = "k1", ["alg"] = algorithm, ["k"] = Encoded(secret) }));

        Assert.True(set.Signing.IsSecret);
        Assert.Null(set.Signing.Thumbprint);
        Assert.Equal("""{"keys":[]}""", Encoding.UTF8.GetString(Published(set)));
        Assert.True(Verifies(JwtSigner.Sign(set.Signing, "JWT", _ => { }), VerificationKey.FromSecret(secret)));
        Assert.Throws<InvalidOperationException>(() => set.Signing.WritePublicJwk(new Utf8JsonWriter(Stream.Null)));
    }

    [Fact]
    public void Nothing_private_is_published_whatever_a_key_brings()
    {
        var one = Private("RS256", "k1");
        one["note"] = "private too";
        var text = Encoding.UTF8.GetString(Published(Loaded(Set(one, Private("ES256", "k2"), Private("PS256", "k3")))));

        var keys = JsonDocument.Parse(text).RootElement.GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal(["k1", "k2", "k3"], keys.Select(key => key.GetProperty("kid").GetString()).Order(StringComparer.Ordinal));
        Assert.All(keys.SelectMany(key => key.EnumerateObject()), member => Assert.Contains(member.Name, new[] { "kty", "kid", "alg", "use", "crv", "x", "y", "n", "e" }));
    }

    [Fact]
    public void Id_is_that_of_the_keys_own_public_half()
    {
        var key = Private("ES256", "private");
        var set = Loaded(Set(Public(Private("ES256", "x"), "somebody-elses"), key, Public(key, "public")));

        Assert.Equal("public", set.Signing.KeyId);
        Assert.Equal(["public", "somebody-elses"], PublishedIds(set));
    }

    [Fact]
    public void Key_without_any_id_goes_by_its_thumbprint_and_is_published_under_it()
    {
        var key = Private("ES256", "k");
        key.Remove("kid");
        var set = Loaded(Set(key));

        Assert.Equal(set.Signing.Thumbprint, set.Signing.KeyId);
        Assert.Equal([set.Signing.KeyId], PublishedIds(set));
    }

    [Fact]
    public void Last_private_key_signs_unless_a_public_one_has_stood_before_it()
    {
        Assert.Equal("b", Loaded(Set(Private("ES256", "a"), Private("ES256", "b"))).Signing.KeyId);
        Assert.Equal("a", Loaded(Set(Private("ES256", "a"), Public(Private("ES256", "x"), "p"), Private("ES256", "b"))).Signing.KeyId);
    }

    [Fact]
    public void Key_that_cannot_sign_is_passed_over()
    {
        var encrypting = Private("RS256", "enc");
        encrypting["use"] = "enc";

        Assert.Equal("b", Loaded(Set(Private("ES256", "b"), encrypting, new JsonObject { ["kty"] = "OKP", ["kid"] = "c", ["alg"] = "EdDSA" })).Signing.KeyId);
    }

    [Theory]
    [InlineData("{}"), InlineData("[]"), InlineData("""{ "keys": 1 }"""), InlineData("""{ "keys": [] }"""), InlineData("""{ "keys": [1, null, "x"] }"""), InlineData("""{ "keys": [], "keys": [] }""")]
    public void Document_without_a_key_that_signs_is_refused(string document) => Assert.IsType<SigningKeySetOutcome.Faulty>(SigningKeySet.Parse(Encoding.UTF8.GetBytes(document)));

    [Fact]
    public void Key_without_or_with_a_foreign_algorithm_is_refused()
    {
        var none = Private("ES256", "a");
        none.Remove("alg");
        var foreign = Private("ES256", "a");
        foreign["alg"] = "ES384";
        var confused = Private("RS256", "a");
        confused["alg"] = "HS256";
        var weak = new JsonObject { ["kty"] = "oct", ["kid"] = "k", ["alg"] = "HS256", ["k"] = Encoded(new byte[31]) };

        Assert.All(new[] { none, foreign, confused, weak, Public(Private("ES256", "x"), "p") }, key => Assert.IsType<SigningKeySetOutcome.Faulty>(SigningKeySet.Parse(Set(key))));
    }

    [Fact]
    public void Key_whose_halves_belong_to_different_keys_is_refused()
    {
        var (one, other) = (Private("ES256", "a"), Private("ES256", "b"));
        one["d"] = other["d"]!.GetValue<string>();

        Assert.IsType<SigningKeySetOutcome.Faulty>(SigningKeySet.Parse(Set(one)));
    }

    [Fact]
    public void Fault_shows_nothing_of_a_key()
    {
        var key = Private("ES256", "a");
        key["alg"] = "none";

        var why = ((SigningKeySetOutcome.Faulty)SigningKeySet.Parse(Set(key))).Why;

        Assert.DoesNotContain(key["d"]!.GetValue<string>(), why, StringComparison.Ordinal);
    }

    private static SigningKeySet Loaded(byte[] document) => SigningKeySet.Parse(document) switch
    {
        SigningKeySetOutcome.Loaded loaded => loaded.Set,
        SigningKeySetOutcome.Faulty faulty => throw new InvalidOperationException(faulty.Why),
        _ => throw new InvalidOperationException(),
    };

    private static byte[] Set(params JsonObject[] keys) =>
        Encoding.UTF8.GetBytes(new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => key.DeepClone())]) }.ToJsonString());

    private static byte[] Published(SigningKeySet set)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            set.WritePublicKeys(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static IEnumerable<string?> PublishedIds(SigningKeySet set) =>
        JsonDocument.Parse(Published(set)).RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()).Order(StringComparer.Ordinal);

    private static bool Verifies(string token, VerificationKey key)
    {
        var signed = token[..token.LastIndexOf('.')];
        var header = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[0])).RootElement;
        return key.Verify(header.GetProperty("alg").GetString()!, Encoding.ASCII.GetBytes(signed), System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan(signed.Length + 1)));
    }

    private static JsonObject Private(string algorithm, string id)
    {
        if (algorithm[0] != 'E')
        {
            using var rsa = RSA.Create(2048);
            var p = rsa.ExportParameters(includePrivateParameters: true);
            return new JsonObject
            {
                ["kty"] = "RSA",
                ["kid"] = id,
                ["alg"] = algorithm,
                ["n"] = Encoded(p.Modulus),
                ["e"] = Encoded(p.Exponent),
                ["d"] = Encoded(p.D),
                ["p"] = Encoded(p.P),
                ["q"] = Encoded(p.Q),
                ["dp"] = Encoded(p.DP),
                ["dq"] = Encoded(p.DQ),
                ["qi"] = Encoded(p.InverseQ),
            };
        }

        var (curve, name) = algorithm switch
        {
            "ES256" => (ECCurve.NamedCurves.nistP256, "P-256"),
            "ES384" => (ECCurve.NamedCurves.nistP384, "P-384"),
            _ => (ECCurve.NamedCurves.nistP521, "P-521"),
        };
        using var ec = ECDsa.Create(curve);
        var q = ec.ExportParameters(includePrivateParameters: true);
        return new JsonObject { ["kty"] = "EC", ["crv"] = name, ["kid"] = id, ["alg"] = algorithm, ["x"] = Encoded(q.Q.X), ["y"] = Encoded(q.Q.Y), ["d"] = Encoded(q.D) };
    }

    private static JsonObject Public(JsonObject key, string id)
    {
        var half = (JsonObject)key.DeepClone();
        half.Remove("d");
        half["kid"] = id;
        return half;
    }

    private static string Encoded(byte[]? bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
