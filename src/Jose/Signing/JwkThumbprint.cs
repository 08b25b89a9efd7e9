using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace AuthProxy.Jose.Signing;

/// <summary>The SHA-256 thumbprint of a key (RFC 7638).</summary>
internal static class JwkThumbprint
{
    public static string Compute(PrivateMaterial material)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            material.WritePublicMembers(writer);
            writer.WriteEndObject();
        }

        return Base64Url.EncodeToString(SHA256.HashData(json.WrittenSpan));
    }
}
