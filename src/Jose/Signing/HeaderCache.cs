using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text.Json;

namespace AuthProxy.Jose.Signing;

/// <summary>The encoded headers of one key: each <c>typ</c> has one, and it never changes. The few kinds of token are constants, so this stays small.</summary>
internal sealed class HeaderCache
{
    private readonly ConcurrentDictionary<string, byte[]> _headers = new(StringComparer.Ordinal);

    public byte[] For(SigningKey key, string type) =>
        _headers.TryGetValue(type, out var header) ? header : _headers.GetOrAdd(type, Encode(key, type));

    private static byte[] Encode(SigningKey key, string type)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("alg"u8, key.Algorithm);
            writer.WriteString("typ"u8, type);
            writer.WriteString("kid"u8, key.KeyId);
            writer.WriteEndObject();
        }

        return Base64Url.EncodeToUtf8(json.WrittenSpan);
    }
}
