using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using StackExchange.Redis;

namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>The names of keys. What stands in braces decides where in a Cluster a key lies: one bucket, one place.</summary>
internal sealed class SessionKeys(string prefix)
{
    private const int NameLength = 43;

    private readonly string[] _buckets =
        [.. Enumerable.Range(0, StoreBucket.Count).Select(bucket => string.Create(CultureInfo.InvariantCulture, $"{{{prefix}:{bucket}}}:"))];

    /// <summary>What all keys of a bucket begin with.</summary>
    public string Of(int bucket) => _buckets[bucket];

    public RedisKey Session(string sid) => Of(StoreBucket.Of(sid)) + "s:" + sid;

    public RedisKey Tombstone(string sid) => Of(StoreBucket.Of(sid)) + "t:" + sid;

    public RedisKey Cookie(StoreKey key) => Of(StoreBucket.Of(key)) + "c:" + Name(key);

    public RedisKey Mark(StoreKey mark) => Of(StoreBucket.Of(mark)) + "m:" + Name(mark);

    /// <summary>Sessions by a keyed hash of subject or provider session.</summary>
    public RedisKey Lookup(StoreKey key) => Of(StoreBucket.Of(key)) + "u:" + Name(key);

    /// <summary>Channels are no keys; in a Cluster every node carries all of them.</summary>
    public string Channel(string name) => $"{prefix}:{name}";

    public static string Name(StoreKey key) => Base64Url.EncodeToString(key.ToBytes());

    /// <summary>The other way; false for what is no name of a key.</summary>
    public static bool TryRead(ReadOnlySpan<byte> name, out StoreKey key)
    {
        Span<byte> bytes = stackalloc byte[StoreKey.Length];
        var read = name.Length == NameLength && Base64Url.DecodeFromUtf8(name, bytes, out _, out var written) == OperationStatus.Done && written == StoreKey.Length;
        key = read ? StoreKey.From(bytes) : default;
        return read;
    }
}
