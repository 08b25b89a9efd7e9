using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AuthProxy.Proxy.Sessions.Sealing;

/// <summary>
/// Seals a session under a random record key, and that key for each host's cookie under HKDF(cookie secret, realm key version N).
/// The store alone opens nothing; who can write the store can mint nothing; a cookie opens on its host only.
/// </summary>
internal sealed class SessionSealer(RealmKeys keys)
{
    private const byte Format = 1;
    private const int RecordKeyLength = 32;
    private const int WrapHeader = 5;
    private const int WrapLength = WrapHeader + RecordKeyLength + Aead.Overhead;

    /// <summary>A fresh record key.</summary>
    public static byte[] NewRecordKey() => RandomNumberGenerator.GetBytes(RecordKeyLength);

    public byte[] SealRecord(ReadOnlySpan<byte> recordKey, Session session)
    {
        var plain = SessionRecord.Write(session);
        var sealedRecord = new byte[1 + plain.Length + Aead.Overhead];
        sealedRecord[0] = Format;
        Aead.Seal(recordKey, plain, AssociateRecord(session.Sid), sealedRecord.AsSpan(1));
        CryptographicOperations.ZeroMemory(plain);
        return sealedRecord;
    }

    public Session? OpenRecord(ReadOnlySpan<byte> recordKey, string sid, ReadOnlySpan<byte> sealedRecord)
    {
        if (sealedRecord.Length < 1 + Aead.Overhead || sealedRecord[0] != Format)
        {
            return null;
        }

        var plain = new byte[sealedRecord.Length - 1 - Aead.Overhead];
        return Aead.TryOpen(recordKey, sealedRecord[1..], AssociateRecord(sid), plain) ? SessionRecord.Read(sid, plain) : null;
    }

    /// <summary>The record key for one cookie on one host, under the current version of the realm's key.</summary>
    public byte[] WrapKey(ReadOnlySpan<byte> recordKey, CookieSecret cookie, string host, string sid)
    {
        var realmKey = keys.Current;
        var wrap = new byte[WrapLength];
        wrap[0] = Format;
        BinaryPrimitives.WriteUInt32BigEndian(wrap.AsSpan(1), realmKey.Version);

        Span<byte> wrapping = stackalloc byte[RealmKey.Length];
        DeriveWrappingKey(realmKey, cookie, wrapping);
        Aead.Seal(wrapping, recordKey, AssociateWrap(cookie, host, sid), wrap.AsSpan(WrapHeader));
        CryptographicOperations.ZeroMemory(wrapping);
        return wrap;
    }

    /// <summary>The record key; null where cookie, host, session or realm are not the ones it was wrapped for.</summary>
    public byte[]? UnwrapKey(ReadOnlySpan<byte> wrap, CookieSecret cookie, string host, string sid)
    {
        if (wrap.Length != WrapLength || wrap[0] != Format || keys.Find(VersionOf(wrap)) is not { } realmKey)
        {
            return null;
        }

        Span<byte> wrapping = stackalloc byte[RealmKey.Length];
        DeriveWrappingKey(realmKey, cookie, wrapping);
        var recordKey = new byte[RecordKeyLength];
        var opened = Aead.TryOpen(wrapping, wrap[WrapHeader..], AssociateWrap(cookie, host, sid), recordKey);
        CryptographicOperations.ZeroMemory(wrapping);
        return opened ? recordKey : null;
    }

    /// <summary>Whether a wrap should be made anew at the next touch, because the realm's key has been rotated.</summary>
    public bool IsOutdated(ReadOnlySpan<byte> wrap) => wrap.Length == WrapLength && VersionOf(wrap) != keys.Current.Version;

    /// <summary>The version of the realm's key that a wrap was made under; zero for what is no wrap.</summary>
    public static uint VersionIn(ReadOnlySpan<byte> wrap) => wrap.Length == WrapLength && wrap[0] == Format ? VersionOf(wrap) : 0;

    private static uint VersionOf(ReadOnlySpan<byte> wrap) => BinaryPrimitives.ReadUInt32BigEndian(wrap[1..]);

    private static void DeriveWrappingKey(RealmKey realmKey, CookieSecret cookie, Span<byte> wrapping) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, cookie.Bytes, wrapping, realmKey.CookieKey, "authproxy session record key v1"u8);

    private byte[] AssociateWrap(CookieSecret cookie, string host, string sid) =>
        Aead.Associate("session wrap v1", Convert.ToHexString(cookie.StoreKey.ToBytes()), host, sid, keys.Realm);

    private byte[] AssociateRecord(string sid) => Aead.Associate("session record v1", sid, keys.Realm);
}
