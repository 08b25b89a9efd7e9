using System.Security.Cryptography;
using System.Text;

namespace AuthProxy.Jose.Tests;

public class VerificationKeyTests
{
    [Theory]
    [InlineData("P-256", "ES256", 64), InlineData("P-384", "ES384", 96), InlineData("P-521", "ES512", 132)]
    public void Curve_verifies_its_own_algorithm_in_the_fixed_length_form(string curve, string algorithm, int length)
    {
        using var ecdsa = ECDsa.Create(curve switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            _ => ECCurve.NamedCurves.nistP521,
        });
        var key = EcKey(ecdsa, curve);
        var hash = algorithm switch { "ES256" => HashAlgorithmName.SHA256, "ES384" => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 };
        var signature = ecdsa.SignData("data"u8, hash);

        Assert.Equal(length, signature.Length);
        Assert.True(key.Verify(algorithm, "data"u8, signature));
        Assert.False(key.Verify(algorithm, "Data"u8, signature));
        Assert.False(key.Verify(algorithm, "data"u8, [0, .. signature]));
        Assert.False(key.Verify(algorithm, "data"u8, signature.AsSpan(1)));
        Assert.False(key.Verify(algorithm, "data"u8, new byte[length]));
        Assert.False(key.Verify(algorithm, "data"u8, []));
        Assert.All(JwtAlgorithms.Asymmetric.Where(a => a != algorithm), other => Assert.False(key.Fits(other)));
    }

    [Theory]
    [InlineData("RS256"), InlineData("RS384"), InlineData("RS512"), InlineData("PS256"), InlineData("PS384"), InlineData("PS512")]
    public void Rsa_key_without_a_stated_algorithm_verifies_each_padding_and_hash_as_itself(string algorithm)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(Tokens.Rsa.ToPem());
        var hash = algorithm[2..] switch { "256" => HashAlgorithmName.SHA256, "384" => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 };
        var signature = rsa.SignData("data"u8.ToArray(), hash, algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        var parameters = rsa.ExportParameters(false);
        var key = Single($$"""{"kty":"RSA","n":"{{Encode(parameters.Modulus)}}","e":"{{Encode(parameters.Exponent)}}"}""");

        Assert.True(key.Verify(algorithm, "data"u8, signature));
        Assert.All(JwtAlgorithms.Asymmetric.Where(a => a != algorithm), other => Assert.False(key.Verify(other, "data"u8, signature)));
        Assert.False(key.Verify(algorithm, "data"u8, [0, .. signature]));
        Assert.False(key.Verify(algorithm, "data"u8, signature.AsSpan(1)));
    }

    [Theory]
    [InlineData("HS256", 32), InlineData("HS384", 48), InlineData("HS512", 64)]
    public void Secret_verifies_the_hashes_that_are_not_longer_than_itself(string algorithm, int bytes)
    {
        var secret = RandomNumberGenerator.GetBytes(bytes);
        var hash = bytes switch { 32 => HashAlgorithmName.SHA256, 48 => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 };
        var mac = CryptographicOperations.HmacData(hash, secret, "data"u8);
        var key = VerificationKey.FromSecret(secret);
        Assert.True(key.Verify(algorithm, "data"u8, mac));
        Assert.False(key.Verify(algorithm, "data"u8, mac.AsSpan(1)));
        Assert.False(VerificationKey.FromSecret(secret.AsSpan(1)).Verify(algorithm, "data"u8, mac));
    }

    [Fact]
    public void Unknown_algorithm_verifies_nothing() => Assert.False(Tokens.Ec.VerificationKey.Verify("none", "data"u8, []));

    [Fact]
    public void Many_threads_verify_and_sign_with_one_key()
    {
        foreach (var key in new[] { Tokens.Ec, Tokens.Rsa })
        {
            Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            {
                var data = Encoding.ASCII.GetBytes($"data {i}");
                var signature = new byte[key.SignatureBytes];
                key.Sign(data, signature);
                Assert.True(key.VerificationKey.Verify(key.Algorithm, data, signature));
                data[0] ^= 1;
                Assert.False(key.VerificationKey.Verify(key.Algorithm, data, signature));
            });
        }
    }

    private static VerificationKey EcKey(ECDsa ecdsa, string curve)
    {
        var q = ecdsa.ExportParameters(false).Q;
        return Single($$"""{"kty":"EC","crv":"{{curve}}","x":"{{Encode(q.X)}}","y":"{{Encode(q.Y)}}"}""");
    }

    private static VerificationKey Single(string jwk)
    {
        var outcome = JsonWebKeySet.Parse(Encoding.UTF8.GetBytes($$"""{"keys":[{{jwk}}]}"""));
        return Assert.Single(Assert.IsType<JsonWebKeySetOutcome.Parsed>(outcome).Set.Keys);
    }

    private static string Encode(byte[]? bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
