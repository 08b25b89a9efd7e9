using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AuthProxy.Bench;

/// <summary>One RS256 bearer token, and its key in the forms that the peers read.</summary>
/// <param name="Compact">The signed token.</param>
/// <param name="JwksFile">The public key as a JSON web key set.</param>
/// <param name="PemFile">The public key as PEM.</param>
internal sealed record TestToken(string Compact, string JwksFile, string PemFile)
{
    public static TestToken Create(string folder)
    {
        using var key = RSA.Create(2048);
        var parameters = key.ExportParameters(false);
        var jwks = Path.Combine(folder, "jwks.json");
        var pem = Path.Combine(folder, "public.pem");
        File.WriteAllText(jwks, $$"""
            {"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"bench","n":"{{Base64Url.EncodeToString(parameters.Modulus)}}","e":"{{Base64Url.EncodeToString(parameters.Exponent)}}"}]}
            """);
        File.WriteAllText(pem, key.ExportSubjectPublicKeyInfoPem());

        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var header = """{"alg":"RS256","kid":"bench","typ":"JWT"}""";
        var claims = $$"""
            {"iss":"https://issuer.example","aud":"bench","sub":"alice","iat":{{now}},"exp":{{now + 3600}},"email":"alice@example.test","name":"Alice Example","groups":["customers","beta"],"scope":"orders.read orders.write","tenant":"acme","jti":"{{Guid.NewGuid()}}"}
            """;
        var input = $"{Encode(header)}.{Encode(claims)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return new TestToken($"{input}.{Base64Url.EncodeToString(signature)}", jwks, pem);
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
