using System.Text.Json;

namespace AuthProxy.Jose.Signing;

/// <summary>The public half of a JSON web key: members that are known to be public, and no others, whatever a key brings.</summary>
internal static class PublicJwk
{
    private static readonly string[] Members = ["kty", "kid", "alg", "crv", "x", "y", "n", "e"];

    public static void Write(JsonElement jwk, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var name in Members)
        {
            if (jwk.TryGetProperty(name, out var value))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }

        writer.WriteString("use"u8, "sig"u8);
        writer.WriteEndObject();
    }
}
