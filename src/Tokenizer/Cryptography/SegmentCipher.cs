using System.Buffers.Binary;
using System.Security.Cryptography;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Cryptography;

/// <summary>
/// Seals and opens the segments of one value: <c>format (1) ‖ ciphertext (≤ 65536) ‖ tag (16)</c>, AES-256-GCM.
/// </summary>
/// <remarks>
/// Every attempt to write a value has a key and a nonce prefix of its own, so a repeated attempt never meets an old nonce. The nonce is
/// <c>prefix (7) ‖ segment number (4) ‖ last (1)</c>: reordered, dropped and appended segments fail to open, and so does the last one when it is
/// missing. Associated data binds the token, the attempt and the number.
/// </remarks>
internal sealed class SegmentCipher : IDisposable
{
    public const int PlaintextSize = 64 * 1024;
    public const int Overhead = 1 + TagSize;
    public const int AttemptSize = 16;

    private const byte Format = 1;
    private const int TagSize = 16;
    private const int PrefixSize = 7;
    private const int NonceSize = 12;
    private const int DataSize = 1 + SHA256.HashSizeInBytes + AttemptSize + sizeof(uint);

    private readonly AesGcm _cipher;
    private readonly byte[] _nonce = new byte[NonceSize];
    private readonly byte[] _associatedData = new byte[DataSize];

    public SegmentCipher(ReadOnlySpan<byte> dataKey, DataToken token, ReadOnlySpan<byte> attempt)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(attempt.Length, AttemptSize);
        using var key = new DerivedKey(dataKey, attempt, "segment key");
        using var prefix = new DerivedKey(dataKey, attempt, "segment nonce prefix");
        _cipher = new AesGcm(key.Bytes, TagSize);
        prefix.Bytes[..PrefixSize].CopyTo(_nonce);

        _associatedData[0] = Format;
        SHA256.HashData(token.ToBytes(), _associatedData.AsSpan(1));
        attempt.CopyTo(_associatedData.AsSpan(1 + SHA256.HashSizeInBytes));
    }

    public static byte[] NewAttempt() => RandomNumberGenerator.GetBytes(AttemptSize);

    public void Seal(uint number, bool last, ReadOnlySpan<byte> plaintext, Span<byte> segment)
    {
        Turn(number, last);
        segment[0] = Format;
        _cipher.Encrypt(_nonce, plaintext, segment[1..^TagSize], segment[^TagSize..], _associatedData);
    }

    /// <returns>How many bytes of <paramref name="plaintext"/> were filled, or -1 where the segment is not the one that was written there.</returns>
    public int Open(uint number, bool last, ReadOnlySpan<byte> segment, Span<byte> plaintext)
    {
        var size = segment.Length - Overhead;
        if (size < 0 || size > PlaintextSize || segment[0] != Format)
        {
            return -1;
        }

        Turn(number, last);
        try
        {
            _cipher.Decrypt(_nonce, segment[1..^TagSize], segment[^TagSize..], plaintext[..size], _associatedData);
            return size;
        }
        catch (AuthenticationTagMismatchException)
        {
            return -1;
        }
    }

    public void Dispose() => _cipher.Dispose();

    private void Turn(uint number, bool last)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_nonce.AsSpan(PrefixSize), number);
        _nonce[^1] = last ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(_associatedData.AsSpan(DataSize - sizeof(uint)), number);
    }
}
