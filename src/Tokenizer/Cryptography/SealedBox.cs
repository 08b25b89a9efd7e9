using System.Security.Cryptography;

namespace AuthProxy.Tokenizer.Cryptography;

/// <summary>One AES-256-GCM box: <c>format (1) ‖ nonce (12) ‖ ciphertext ‖ tag (16)</c>.</summary>
/// <remarks>
/// Every key that comes here is derived for one row, so a random 96-bit nonce cannot meet itself under the same key in practice.
/// </remarks>
internal static class SealedBox
{
    public const byte Format = 1;
    public const int Overhead = 1 + NonceSize + TagSize;

    private const int NonceSize = 12;
    private const int TagSize = 16;

    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext)
    {
        var box = new byte[Overhead + plaintext.Length];
        box[0] = Format;
        var nonce = box.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);

        using var cipher = new AesGcm(key, TagSize);
        cipher.Encrypt(nonce, plaintext, box.AsSpan(1 + NonceSize, plaintext.Length), box.AsSpan(box.Length - TagSize), associatedData);
        return box;
    }

    /// <returns>The plaintext, or null where the box was not sealed with this key and associated data, or is cut short.</returns>
    public static byte[]? Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> box)
    {
        if (box.Length < Overhead || box[0] != Format)
        {
            return null;
        }

        var plaintext = new byte[box.Length - Overhead];
        using var cipher = new AesGcm(key, TagSize);
        try
        {
            cipher.Decrypt(box.Slice(1, NonceSize), box[(1 + NonceSize)..^TagSize], box[^TagSize..], plaintext, associatedData);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
