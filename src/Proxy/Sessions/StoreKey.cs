using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AuthProxy.Proxy.Sessions;

/// <summary>256 bits by which the store finds something: always a hash, so that what the store holds opens nothing.</summary>
internal readonly record struct StoreKey(ulong A, ulong B, ulong C, ulong D)
{
    public const int Length = 32;

    /// <summary>The key of something that only its owner knows; <paramref name="purpose"/> keeps different uses apart.</summary>
    public static StoreKey Of(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[Length];
        HMACSHA256.HashData(purpose, secret, hash);
        return From(hash);
    }

    /// <summary>The hash of one purpose, for <see cref="Of(IncrementalHash, ReadOnlySpan{byte})"/>. Used by one thread at a time.</summary>
    public static IncrementalHash Keyed(ReadOnlySpan<byte> purpose) => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, purpose);

    /// <summary>The same as <see cref="Of(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/> with the hash of its purpose, for a third of the time.</summary>
    public static StoreKey Of(IncrementalHash keyed, ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[Length];
        keyed.AppendData(secret);
        keyed.GetHashAndReset(hash);
        return From(hash);
    }

    public static StoreKey From(ReadOnlySpan<byte> hash)
    {
        var parts = MemoryMarshal.Cast<byte, ulong>(hash[..Length]);
        return new StoreKey(parts[0], parts[1], parts[2], parts[3]);
    }

    /// <summary>A part of a hash is a hash.</summary>
    public override int GetHashCode() => (int)A;

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    public void CopyTo(Span<byte> destination)
    {
        var parts = MemoryMarshal.Cast<byte, ulong>(destination[..Length]);
        (parts[0], parts[1], parts[2], parts[3]) = (A, B, C, D);
    }
}
