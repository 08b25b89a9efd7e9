using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AuthProxy.Proxy.Remotes;

/// <summary>Stands for everything that decides an answer, credentials among it: a hash, so that no secret is kept to find an answer by.</summary>
internal readonly record struct AnswerKey
{
    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private AnswerKey(ReadOnlySpan<byte> hash)
    {
        var halves = MemoryMarshal.Cast<byte, UInt128>(hash);
        (_high, _low) = (halves[0], halves[1]);
    }

    /// <summary>Each part goes in behind its length: no two lists of parts make the same bytes. A missing part is another than an empty one.</summary>
    public static AnswerKey Of(params ReadOnlySpan<string?> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, part?.Length ?? -1);
            hash.AppendData(length);
            hash.AppendData(MemoryMarshal.AsBytes(part.AsSpan()));
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new AnswerKey(digest);
    }

    /// <summary>The hash's first bits; a cryptographic hash needs no further mixing.</summary>
    public override int GetHashCode() => (int)_high;
}
