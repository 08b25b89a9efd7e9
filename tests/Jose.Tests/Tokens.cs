using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthProxy.TestKit;

namespace AuthProxy.Jose.Tests;

/// <summary>Makes tokens, good ones and bad ones.</summary>
internal static class Tokens
{
    public const string Issuer = "https://issuer.example";
    public const string Audience = "bank";

    public static readonly SigningKey Ec = SigningKey.Generate();
    public static readonly SigningKey Rsa = SigningKey.Generate(JwtAlgorithms.RS256);

    public static readonly JwtPolicy Policy = new()
    {
        Algorithms = JwtAlgorithms.Asymmetric,
        Issuers = [Issuer],
        Audiences = [Audience],
    };

    public static string Sign(FakeClock clock, string claims = "", SigningKey? key = null, string type = "JWT") =>
        SignRaw($$"""{"iss":"{{Issuer}}","aud":"{{Audience}}","sub":"alice","exp":{{Seconds(clock, 300)}}{{claims}}}""", key, type);

    public static string SignRaw(string payload, SigningKey? key = null, string type = "JWT")
    {
        key ??= Ec;
        return SignRaw($$"""{"alg":"{{key.Algorithm}}","kid":"{{key.KeyId}}","typ":"{{type}}"}""", payload, key);
    }

    public static string SignRaw(string header, string payload, SigningKey key)
    {
        var input = $"{Encode(header)}.{Encode(payload)}";
        var signature = new byte[key.SignatureBytes];
        key.Sign(Encoding.ASCII.GetBytes(input), signature);
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }

    public static string Hmac(string header, string payload, byte[] secret)
    {
        var input = $"{Encode(header)}.{Encode(payload)}";
        return $"{input}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)))}";
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public static long Seconds(FakeClock clock, int fromNow) => clock.GetUtcNow().ToUnixTimeSeconds() + fromNow;

    public static IKeySource Keys(params SigningKey[] keys) => new FixedKeySource([.. keys.Select(k => k.VerificationKey)]);

    public static async Task<JwtOutcome> Verify(string token, FakeClock clock, JwtPolicy? policy = null, IKeySource? keys = null) =>
        await new JwtVerifier(clock).VerifyAsync(token, policy ?? Policy, keys ?? Keys(Ec, Rsa), CancellationToken.None);

    public static async Task<JwtFault> Fault(string token, FakeClock clock, JwtPolicy? policy = null, IKeySource? keys = null) =>
        Assert.IsType<JwtOutcome.Rejected>(await Verify(token, clock, policy, keys)).Fault;

    public static byte[] Jwks(params SigningKey[] keys)
    {
        using var stream = new MemoryStream();
        using (var writer = new System.Text.Json.Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            foreach (var key in keys)
            {
                key.WritePublicJwk(writer);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
