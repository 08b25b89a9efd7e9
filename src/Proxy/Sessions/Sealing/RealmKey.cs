using System.Security.Cryptography;
using System.Text;

namespace AuthProxy.Proxy.Sessions.Sealing;

/// <summary>One version of the realm's key. Every use has a key of its own, derived from it, so that no two uses can be confused.</summary>
internal sealed class RealmKey
{
    public const int Length = 32;

    private readonly byte[] _root;
    private readonly string _realm;
    private readonly byte[] _cookieKey;
    private readonly byte[] _indexKey;
    private readonly byte[] _lookupKey;
    private readonly byte[] _newsKey;

    public RealmKey(uint version, ReadOnlySpan<byte> key, string realm)
    {
        if (key.Length != Length)
        {
            throw new ArgumentException($"A realm key has {Length} bytes.", nameof(key));
        }

        Version = version;
        _root = key.ToArray();
        _realm = realm;
        _cookieKey = Derive("session cookie v1");
        _indexKey = Derive("session index v1");
        _lookupKey = Derive("session lookup v1");
        _newsKey = Derive("session news v1");
    }

    public uint Version { get; }

    /// <summary>The other half, beside the cookie's secret, of what opens a session.</summary>
    public ReadOnlySpan<byte> CookieKey => _cookieKey;

    /// <summary>Vouches for what lies open in the store.</summary>
    public ReadOnlySpan<byte> IndexKey => _indexKey;

    /// <summary>Finds sessions by subject or provider session without the store learning either.</summary>
    public ReadOnlySpan<byte> LookupKey => _lookupKey;

    /// <summary>Vouches for what replicas tell each other.</summary>
    public ReadOnlySpan<byte> NewsKey => _newsKey;

    /// <summary>A key for one purpose.</summary>
    public byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _root, Length, salt: null, info: Encoding.UTF8.GetBytes($"authproxy {purpose}\0{_realm}"));

    public override string ToString() => $"realm key {Version}";
}
