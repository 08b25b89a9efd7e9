using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace AuthProxy.Jose.Tests;

public class SigningKeyTests
{
    [Theory]
    [InlineData(JwtAlgorithms.ES256), InlineData(JwtAlgorithms.RS256)]
    public void Key_survives_pem_and_jwk(string algorithm)
    {
        var key = SigningKey.Generate(algorithm);
        var fromPem = Loaded(SigningKey.FromPem(key.ToPem()));
        var fromJwk = Loaded(SigningKey.FromJwk(Write(key.WritePrivateJwk)));
        Assert.Equal([key.KeyId, key.KeyId], [fromPem.KeyId, fromJwk.KeyId]);
        foreach (var other in new[] { fromPem, fromJwk })
        {
            var signature = new byte[other.SignatureBytes];
            other.Sign("data"u8, signature);
            Assert.True(key.VerificationKey.Verify(algorithm, "data"u8, signature));
        }
    }

    [Fact]
    public void Older_pem_forms_are_read()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        Assert.Equal("ES256", Loaded(SigningKey.FromPem(ec.ExportECPrivateKeyPem())).Algorithm);
        Assert.Equal("RS256", Loaded(SigningKey.FromPem("leading text\n" + rsa.ExportRSAPrivateKeyPem())).Algorithm);
    }

    [Fact]
    public void Key_id_is_the_thumbprint_of_rfc_7638()
    {
        // The example of RFC 7638, 3.1, is a public key; the same members go into ours.
        foreach (var key in new[] { Tokens.Ec, Tokens.Rsa })
        {
            var theirs = new JsonWebKey(Encoding.UTF8.GetString(Write(key.WritePublicJwk)));
            Assert.Equal(Base64UrlEncoder.Encode(theirs.ComputeJwkThumbprint()), key.KeyId);
        }
    }

    [Fact]
    public void Public_jwk_holds_nothing_private()
    {
        foreach (var key in new[] { Tokens.Ec, Tokens.Rsa })
        {
            using var jwk = JsonDocument.Parse(Write(key.WritePublicJwk));
            var names = jwk.RootElement.EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal);
            Assert.Equal(key == Tokens.Ec ? ["alg", "crv", "kid", "kty", "use", "x", "y"] : ["alg", "e", "kid", "kty", "n", "use"], names);
        }
    }

    [Fact]
    public void Keys_that_sign_too_weakly_or_not_at_all_are_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var small = RSA.Create(1024);
        using var good = RSA.Create(2048);
        string[] pems =
        [
            "", "no pem", p384.ExportPkcs8PrivateKeyPem(), p384.ExportECPrivateKeyPem(), small.ExportPkcs8PrivateKeyPem(), small.ExportRSAPrivateKeyPem(),
            good.ExportSubjectPublicKeyInfoPem(), good.ExportRSAPublicKeyPem(),
            good.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)),
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----",
        ];
        Assert.All(pems, pem => Assert.IsType<SigningKeyOutcome.Faulty>(SigningKey.FromPem(pem)));
    }

    [Theory]
    [InlineData(""), InlineData("[]"), InlineData("{}"), InlineData("""{"kty":"oct","k":"AAAA"}"""), InlineData("""{"kty":1}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"""), InlineData("""{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}""")]
    [InlineData("""{"kty":"RSA","n":"AA","e":"AQAB","d":"AA"}""")]
    public void Jwk_that_is_no_private_key_is_refused(string jwk) =>
        Assert.IsType<SigningKeyOutcome.Faulty>(SigningKey.FromJwk(Encoding.UTF8.GetBytes(jwk)));

    [Fact]
    public void Jwk_whose_halves_belong_to_different_keys_is_refused()
    {
        var mine = JsonSerializer.Deserialize<Dictionary<string, string>>(Write(Tokens.Ec.WritePrivateJwk))!;
        mine["d"] = JsonSerializer.Deserialize<Dictionary<string, string>>(Write(SigningKey.Generate().WritePrivateJwk))!["d"];
        Assert.IsType<SigningKeyOutcome.Faulty>(SigningKey.FromJwk(JsonSerializer.SerializeToUtf8Bytes(mine)));
    }

    [Fact]
    public void Other_algorithms_are_not_generated() => Assert.Throws<ArgumentOutOfRangeException>(() => SigningKey.Generate("HS256"));

    private static SigningKey Loaded(SigningKeyOutcome outcome) => Assert.IsType<SigningKeyOutcome.Loaded>(outcome).Key;

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
