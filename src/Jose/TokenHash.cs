using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace AuthProxy.Jose;

/// <summary>The SHA-256 of a token: what stands for it where it must not be kept. Made without allocation.</summary>
public readonly record struct TokenHash
{
    private const int OnStack = 2048;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    private TokenHash(ReadOnlySpan<byte> hash)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(hash);
        (_a, _b, _c, _d) = (words[0], words[1], words[2], words[3]);
    }

    /// <summary>Hashes a token. False for text that is not ASCII: no token is, and none of it must collide with one.</summary>
    /// <param name="token">The compact token.</param>
    /// <param name="hash">Its hash.</param>
    public static bool TryCompute(ReadOnlySpan<char> token, out TokenHash hash)
    {
        byte[]? rented = null;
        var ascii = token.Length <= OnStack ? stackalloc byte[OnStack] : rented = ArrayPool<byte>.Shared.Rent(token.Length);
        try
        {
            return TryCompute(token, ascii, out hash);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented, clearArray: true);
            }
        }
    }

    /// <summary>The hash's first bits; a cryptographic hash needs no further mixing.</summary>
    public override int GetHashCode() => (int)_a;

    private static bool TryCompute(ReadOnlySpan<char> token, Span<byte> ascii, out TokenHash hash)
    {
        if (Ascii.FromUtf16(token, ascii, out var written) != OperationStatus.Done)
        {
            hash = default;
            return false;
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(ascii[..written], digest);
        hash = new TokenHash(digest);
        return true;
    }
}
