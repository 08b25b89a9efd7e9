using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AuthProxy.Proxy.Sessions.Sealing;

/// <summary>AES-256-GCM with a fresh random nonce in front and the tag behind.</summary>
internal static class Aead
{
    public const int NonceLength = 12;
    public const int TagLength = 16;
    public const int Overhead = NonceLength + TagLength;

    public static void Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated, Span<byte> sealedBytes)
    {
        var nonce = sealedBytes[..NonceLength];
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plain, sealedBytes.Slice(NonceLength, plain.Length), sealedBytes.Slice(NonceLength + plain.Length, TagLength), associated);
    }

    /// <summary>False, with nothing released, for whatever this key and this associated data did not seal.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> associated, Span<byte> plain)
    {
        if (sealedBytes.Length != plain.Length + Overhead)
        {
            return false;
        }

        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(sealedBytes[..NonceLength], sealedBytes[NonceLength..^TagLength], sealedBytes[^TagLength..], plain, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>Texts as associated data, each behind its length: no two lists of texts give the same bytes.</summary>
    public static byte[] Associate(string purpose, params ReadOnlySpan<string> texts)
    {
        var length = 4 + Encoding.UTF8.GetByteCount(purpose);
        foreach (var text in texts)
        {
            length += 4 + Encoding.UTF8.GetByteCount(text);
        }

        var bytes = new byte[length];
        var at = Append(bytes, 0, purpose);
        foreach (var text in texts)
        {
            at = Append(bytes, at, text);
        }

        return bytes;
    }

    private static int Append(byte[] bytes, int at, string text)
    {
        var written = Encoding.UTF8.GetBytes(text, bytes.AsSpan(at + 4));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), written);
        return at + 4 + written;
    }
}
