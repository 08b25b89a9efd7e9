using System.Buffers.Binary;
using System.Security.Cryptography;
using AuthProxy.Proxy.Sessions.Sealing;

namespace AuthProxy.Proxy.Sessions.Ends.Bearers;

/// <summary>
/// Makes and checks the marks by which bearers end. They hold a keyed hash and a time, vouched for by a MAC: who can write the store can
/// shut nobody out.
/// </summary>
internal sealed class BearerMarkRecord(RealmKeys keys)
{
    private const byte Format = 1;
    private const int MacLength = 32;
    private const int FixedLength = 1 + sizeof(uint) + (2 * sizeof(long));

    /// <summary>The key of marks about everybody.</summary>
    public static readonly StoreKey Everybody = StoreKey.Of("authproxy bearer end v1"u8, "everybody"u8);

    public StoredNotBefore Make(StoreKey about, DateTimeOffset notBefore, DateTimeOffset until)
    {
        var key = keys.Current;
        var record = new byte[FixedLength + MacLength];
        record[0] = Format;
        BinaryPrimitives.WriteUInt32BigEndian(record.AsSpan(1), key.Version);
        BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(5), notBefore.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(13), until.ToUnixTimeMilliseconds());
        ComputeMac(key, about, record.AsSpan(0, FixedLength), record.AsSpan(FixedLength));
        return new StoredNotBefore(about, record, until);
    }

    /// <summary>Whether a mark is vouched for by a version of the realm's key that another replica has already.</summary>
    public bool IsStillToCome(StoredNotBefore stored) =>
        stored.Record.Length == FixedLength + MacLength && stored.Record[0] == Format && keys.IsStillToCome(BinaryPrimitives.ReadUInt32BigEndian(stored.Record.AsSpan(1)));

    /// <summary>The mark as it was made; null where another hand made or changed it.</summary>
    public BearerMark? Check(StoredNotBefore stored)
    {
        var record = stored.Record.AsSpan();
        if (record.Length != FixedLength + MacLength || record[0] != Format || keys.Find(BinaryPrimitives.ReadUInt32BigEndian(record[1..])) is not { } key)
        {
            return null;
        }

        Span<byte> mac = stackalloc byte[MacLength];
        ComputeMac(key, stored.Key, record[..FixedLength], mac);
        return CryptographicOperations.FixedTimeEquals(mac, record[FixedLength..])
            ? new BearerMark(stored.Key, Time(record[5..]), Time(record[13..]))
            : null;
    }

    private static DateTimeOffset Time(ReadOnlySpan<byte> bytes) => DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes));

    private void ComputeMac(RealmKey key, StoreKey about, ReadOnlySpan<byte> record, Span<byte> mac)
    {
        Span<byte> name = stackalloc byte[StoreKey.Length];
        about.CopyTo(name);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.IndexKey);
        hmac.AppendData(Aead.Associate("bearer mark v1", keys.Realm));
        hmac.AppendData(name);
        hmac.AppendData(record);
        hmac.GetHashAndReset(mac);
    }
}

/// <summary>From when on bearers count.</summary>
/// <param name="About">Whose.</param>
/// <param name="NotBefore">Those that were issued before it do not.</param>
/// <param name="Until">How long it must be remembered.</param>
internal sealed record BearerMark(StoreKey About, DateTimeOffset NotBefore, DateTimeOffset Until)
{
    /// <summary>When it was made, by the clock of ours that made it: <see cref="NotBefore"/> may be by the issuer's.</summary>
    public DateTimeOffset MadeAt => Until - BearerEnds.Remembered;
}
