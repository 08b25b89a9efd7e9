using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AuthProxy.Proxy.Sessions.Sealing;

/// <summary>
/// Makes and checks what lies open in the store for revocation and listing: keyed hashes, times and the public id, vouched for
/// by a MAC. It holds no token and no name, and nobody without the realm's key can change it.
/// </summary>
internal sealed class SessionIndexer(RealmKeys keys)
{
    private const byte Format = 1;
    private const int MacLength = 32;
    private const int FixedLength = 1 + 4 + (2 * StoreKey.Length) + (4 * 8);

    public SessionIndex Make(Session session, DateTimeOffset idleUntil, DateTimeOffset touchedAt)
    {
        var key = keys.Current;
        var subject = Lookup(key, "subject"u8, session.Issuer, session.SubjectId);
        StoreKey? provider = session.ProviderSid is { } sid ? Lookup(key, "provider session"u8, session.Issuer, sid) : null;
        var index = new SessionIndex(session.Sid, subject, provider, session.CreatedAt, session.EndsAt, idleUntil, touchedAt, []);
        return index with { Record = Write(key, index) };
    }

    /// <summary>The index as it was written; null where any of it has been changed by another hand.</summary>
    public SessionIndex? Check(string sid, ReadOnlySpan<byte> record)
    {
        if (record.Length != FixedLength + MacLength || record[0] != Format
            || keys.Find(BinaryPrimitives.ReadUInt32BigEndian(record[1..])) is not { } key)
        {
            return null;
        }

        Span<byte> mac = stackalloc byte[MacLength];
        ComputeMac(key, sid, record[..FixedLength], mac);
        return CryptographicOperations.FixedTimeEquals(mac, record[FixedLength..]) ? Read(sid, record) : null;
    }

    /// <summary>The version of the realm's key that vouches for a record; zero for what is no record.</summary>
    public static uint VersionIn(ReadOnlySpan<byte> record) =>
        record.Length == FixedLength + MacLength && record[0] == Format ? BinaryPrimitives.ReadUInt32BigEndian(record[1..]) : 0;

    /// <summary>The keys under which sessions of a subject may be listed, one for each version of the realm's key.</summary>
    public IReadOnlyList<StoreKey> KeysOfSubject(string issuer, string subject) =>
        [.. keys.All.Select(key => Lookup(key, "subject"u8, issuer, subject))];

    /// <summary>The keys under which sessions of a provider's session may be listed.</summary>
    public IReadOnlyList<StoreKey> KeysOfProviderSession(string issuer, string providerSid) =>
        [.. keys.All.Select(key => Lookup(key, "provider session"u8, issuer, providerSid))];

    private static StoreKey Lookup(RealmKey key, ReadOnlySpan<byte> kind, string issuer, string id)
    {
        var text = Aead.Associate(Encoding.UTF8.GetString(kind), issuer, id);
        return StoreKey.Of(key.LookupKey, text);
    }

    private byte[] Write(RealmKey key, SessionIndex index)
    {
        var record = new byte[FixedLength + MacLength];
        var rest = record.AsSpan();
        rest[0] = Format;
        BinaryPrimitives.WriteUInt32BigEndian(rest[1..], key.Version);
        index.Subject.CopyTo(rest[5..]);
        index.ProviderSession?.CopyTo(rest[(5 + StoreKey.Length)..]);
        var times = rest[(5 + (2 * StoreKey.Length))..];
        BinaryPrimitives.WriteInt64BigEndian(times, index.CreatedAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(times[8..], index.EndsAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(times[16..], index.IdleUntil.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(times[24..], index.TouchedAt.ToUnixTimeMilliseconds());
        ComputeMac(key, index.Sid, rest[..FixedLength], rest[FixedLength..]);
        return record;
    }

    private static SessionIndex Read(string sid, ReadOnlySpan<byte> record)
    {
        var provider = StoreKey.From(record[(5 + StoreKey.Length)..]);
        var times = record[(5 + (2 * StoreKey.Length))..];
        return new SessionIndex(
            sid,
            StoreKey.From(record[5..]),
            provider == default ? null : provider,
            Time(times),
            Time(times[8..]),
            Time(times[16..]),
            Time(times[24..]),
            record.ToArray());
    }

    private static DateTimeOffset Time(ReadOnlySpan<byte> bytes) =>
        DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes));

    private void ComputeMac(RealmKey key, string sid, ReadOnlySpan<byte> record, Span<byte> mac)
    {
        var associated = Aead.Associate("session index v1", sid, keys.Realm);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.IndexKey);
        hmac.AppendData(associated);
        hmac.AppendData(record);
        hmac.GetHashAndReset(mac);
    }
}
