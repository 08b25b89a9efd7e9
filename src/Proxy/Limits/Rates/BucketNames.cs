using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AuthProxy.Proxy.Limits.Rates;

/// <summary>
/// Short names for callers: a keyed hash, so that nothing of a caller is kept, and nobody can choose callers whose buckets lie
/// together. The key is the process's own.
/// </summary>
internal sealed class BucketNames
{
    // Whoever has an IPv6 network has at least this much of the address to choose freely.
    private const int NetworkBytes = 8;
    private const int LongestAddress = 16;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    /// <summary>All callers of a rule.</summary>
    public ulong OfRule(string rule) => Of(rule, "rule", [], []);

    /// <summary>A caller by address; an IPv6 address counts with its whole /64 network.</summary>
    public ulong OfAddress(string rule, IPAddress client)
    {
        Span<byte> bytes = stackalloc byte[LongestAddress];
        client.TryWriteBytes(bytes, out var length);
        return Of(rule, "address", bytes[..Math.Min(length, length == LongestAddress ? NetworkBytes : length)], []);
    }

    /// <summary>A caller by what an issuer calls it, or its session.</summary>
    /// <param name="rule">The rule that limits it.</param>
    /// <param name="kind">What <paramref name="id"/> is.</param>
    /// <param name="issuer">Whose word it is.</param>
    /// <param name="id">The subject's or session's id.</param>
    public ulong Of(string rule, string kind, string issuer, string id) =>
        Of(rule, kind, MemoryMarshal.AsBytes(issuer.AsSpan()), MemoryMarshal.AsBytes(id.AsSpan()));

    // Each part goes in behind its length: no two callers make the same bytes.
    private ulong Of(string rule, string kind, ReadOnlySpan<byte> one, ReadOnlySpan<byte> two)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        Append(hash, MemoryMarshal.AsBytes(rule.AsSpan()));
        Append(hash, MemoryMarshal.AsBytes(kind.AsSpan()));
        Append(hash, one);
        Append(hash, two);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
