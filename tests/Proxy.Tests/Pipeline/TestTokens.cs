using System.Text.Json;
using AuthProxy.Jose;

namespace AuthProxy.Proxy.Tests.Pipeline;

/// <summary>Tokens of an issuer that tests trust.</summary>
internal static class TestTokens
{
    public const string Issuer = "https://issuer.example";
    public const string Audience = "orders";

    public static byte[] KeySet(params SigningKey[] keys)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
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

    public static string Mint(
        SigningKey key, DateTimeOffset now, string? subject = "alice", string audience = Audience, string issuer = Issuer, string type = "JWT",
        TimeSpan? lifetime = null, Action<Utf8JsonWriter>? more = null) =>
        JwtSigner.Sign(key, type, writer =>
        {
            writer.WriteString("iss", issuer);
            writer.WriteString("aud", audience);
            if (subject is not null)
            {
                writer.WriteString("sub", subject);
            }

            writer.WriteNumber("iat", now.ToUnixTimeSeconds());
            writer.WriteNumber("exp", (now + (lifetime ?? TimeSpan.FromMinutes(5))).ToUnixTimeSeconds());
            more?.Invoke(writer);
        });
}
