using System.Security.Cryptography;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Cryptography;

/// <summary>One version of the master key: the outer layer of everything that is sealed, and useless without the tokens.</summary>
internal sealed class MasterKey
{
    public const int Size = 32;

    private readonly byte[] _bytes;

    public MasterKey(int version, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        Version = version;
        _bytes = bytes.ToArray();
    }

    public int Version { get; }

    public static MasterKey Generate(int version) => new(version, RandomNumberGenerator.GetBytes(Size));

    public DerivedKey Derive(ReadOnlySpan<byte> salt, string purpose) => new(_bytes, salt, purpose);

    /// <summary>A value that the database keeps to recognise this key; it tells nothing about the keys derived for other purposes.</summary>
    public byte[] CheckValue()
    {
        using var key = Derive(AssociatedData.Number(Version), "key check value");
        return key.Bytes.ToArray();
    }

    /// <summary>Whether it is the same key, whatever the versions.</summary>
    public bool IsSameAs(MasterKey other) => CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    public MasterKeyCheck ToCheck() => new(Version, CheckValue());

    public byte[] ToBytes() => [.. _bytes];
}
