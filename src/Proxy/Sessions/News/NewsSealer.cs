using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AuthProxy.Proxy.Sessions.Sealing;

namespace AuthProxy.Proxy.Sessions.News;

/// <summary>
/// Writes messages with a MAC under a key that only this realm and this use have, and reads only those: who can reach the channel can
/// neither say anything nor change what is said. Nothing in them is secret. Layout, big-endian: format, key version, publisher, number,
/// time, kind, payload, MAC over all before it.
/// </summary>
internal sealed class NewsSealer(RealmKeys keys)
{
    /// <summary>No message of ours is longer; a longer one is dropped before anything is computed.</summary>
    public const int MaximumLength = PayloadAt + TimeLength + MaximumSidLength + MacLength;

    private const byte Format = 1;
    private const int KeyVersionAt = 1;
    private const int PublisherAt = 5;
    private const int NumberAt = PublisherAt + PublisherId.Length;
    private const int SentAtAt = NumberAt + 8;
    private const int KindAt = SentAtAt + 8;
    private const int PayloadAt = KindAt + 1;
    private const int TimeLength = 8;
    private const int MaximumSidLength = 128;
    private const int MacLength = 32;

    public byte[] Seal(NewsMessage message)
    {
        var key = keys.Current;
        Span<byte> buffer = stackalloc byte[MaximumLength];
        buffer[0] = Format;
        BinaryPrimitives.WriteUInt32BigEndian(buffer[KeyVersionAt..], key.Version);
        message.Publisher.WriteTo(buffer[PublisherAt..]);
        BinaryPrimitives.WriteInt64BigEndian(buffer[NumberAt..], message.Number);
        BinaryPrimitives.WriteInt64BigEndian(buffer[SentAtAt..], message.SentAt);
        buffer[KindAt] = (byte)message.Kind;
        var length = PayloadAt + WritePayload(message.News, buffer[PayloadAt..]);
        HMACSHA256.HashData(key.NewsKey, buffer[..length], buffer[length..]);
        return buffer[..(length + MacLength)].ToArray();
    }

    public NewsReading Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < PayloadAt + MacLength or > MaximumLength)
        {
            return NewsReading.NotOurs.Malformed;
        }

        if (bytes[0] != Format)
        {
            return NewsReading.NotOurs.OtherFormat;
        }

        if (keys.Find(BinaryPrimitives.ReadUInt32BigEndian(bytes[KeyVersionAt..])) is not { } key)
        {
            return NewsReading.NotOurs.UnknownKey;
        }

        Span<byte> mac = stackalloc byte[MacLength];
        var said = bytes[..^MacLength];
        HMACSHA256.HashData(key.NewsKey, said, mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes[^MacLength..]))
        {
            return NewsReading.NotOurs.Forged;
        }

        return Parse(said) is { } message ? new NewsReading.Ours(message) : NewsReading.NotOurs.Malformed;
    }

    private static NewsMessage? Parse(ReadOnlySpan<byte> said)
    {
        var kind = (NewsMessageKind)said[KindAt];
        var payload = said[PayloadAt..];
        SessionNews? news = kind switch
        {
            NewsMessageKind.Ended when payload.Length > TimeLength => new SessionNews.Ended(
                Encoding.UTF8.GetString(payload[TimeLength..]), DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(payload))),
            NewsMessageKind.Changed when payload.Length > 0 => new SessionNews.Changed(Encoding.UTF8.GetString(payload)),
            NewsMessageKind.NotBefore when payload.Length == 0 => new SessionNews.NotBefore(),
            _ => null,
        };
        if (news is null && (kind is not (NewsMessageKind.Heartbeat or NewsMessageKind.Goodbye) || payload.Length > 0))
        {
            return null;
        }

        return new NewsMessage(
            PublisherId.Read(said[PublisherAt..]),
            BinaryPrimitives.ReadInt64BigEndian(said[NumberAt..]),
            BinaryPrimitives.ReadInt64BigEndian(said[SentAtAt..]),
            kind,
            news);
    }

    private static int WritePayload(SessionNews? news, Span<byte> payload)
    {
        switch (news)
        {
            case SessionNews.Ended ended:
                BinaryPrimitives.WriteInt64BigEndian(payload, ended.Until.ToUnixTimeMilliseconds());
                return TimeLength + Encoding.UTF8.GetBytes(ended.Sid, payload[TimeLength..(TimeLength + MaximumSidLength)]);
            case SessionNews.Changed changed:
                return Encoding.UTF8.GetBytes(changed.Sid, payload[..MaximumSidLength]);
            default:
                return 0;
        }
    }
}
