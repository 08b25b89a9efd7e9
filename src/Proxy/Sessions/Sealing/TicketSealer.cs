using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AuthProxy.Proxy.Sessions.Sealing;

/// <summary>
/// Seals what has to travel through a browser and come back: the store keeps nothing for it. Each ticket has a key of its own,
/// derived from the realm's key and the ticket's random salt, so that no number of tickets wears a key out.
/// </summary>
internal sealed class TicketSealer(RealmKeys keys, TimeProvider clock)
{
    private const byte Format = 1;
    private const int SaltLength = 24;
    private const int HeaderLength = 1 + 4 + SaltLength;
    private const int TimesLength = 16;

    /// <summary>No ticket of ours is longer; longer text is not even decoded.</summary>
    private const int MaximumTextLength = 8192;

    /// <summary>Seals fields for one purpose; opens for that purpose only.</summary>
    public (string Text, Ticket Ticket) Seal(string purpose, TimeSpan life, params IReadOnlyList<string> fields)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var ticket = new Ticket(purpose, keys.Current.Version, RandomNumberGenerator.GetBytes(SaltLength), now, now + life, fields);
        var plain = WritePlain(ticket);
        var bytes = new byte[HeaderLength + plain.Length + Aead.Overhead];
        bytes[0] = Format;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), ticket.KeyVersion);
        ticket.Salt.CopyTo(bytes.AsSpan(5));
        Aead.Seal(KeyOf(keys.Current, ticket.Purpose, ticket.Salt), plain, Associate(purpose), bytes.AsSpan(HeaderLength));
        return (Base64Url.EncodeToString(bytes), ticket);
    }

    /// <summary>The ticket; null for whatever this realm did not seal for this purpose. It may have expired: the caller asks.</summary>
    public Ticket? Open(string purpose, string text)
    {
        if (text.Length > MaximumTextLength)
        {
            return null;
        }

        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done
            || length < HeaderLength + TimesLength + Aead.Overhead || bytes[0] != Format)
        {
            return null;
        }

        var version = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1));
        var salt = bytes[5..HeaderLength];
        var plain = new byte[length - HeaderLength - Aead.Overhead];
        return keys.Find(version) is { } key
            && Aead.TryOpen(KeyOf(key, purpose, salt), bytes.AsSpan(HeaderLength, length - HeaderLength), Associate(purpose), plain)
            ? ReadPlain(purpose, version, salt, plain)
            : null;
    }

    /// <summary>A secret that whoever sealed the ticket can make again when it comes back, and nobody else: it travels nowhere.</summary>
    public byte[] DeriveSecret(Ticket ticket, string use, ReadOnlySpan<byte> owner)
    {
        var key = keys.Find(ticket.KeyVersion) ?? throw new InvalidOperationException("The realm key that sealed the ticket is gone.");
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Derive($"ticket secret v1 {ticket.Purpose} {use}"));
        hmac.AppendData(ticket.Salt);
        hmac.AppendData(owner);
        return hmac.GetHashAndReset();
    }

    private static byte[] KeyOf(RealmKey key, string purpose, byte[] salt) => HMACSHA256.HashData(key.Derive("ticket v1 " + purpose), salt);

    private byte[] Associate(string purpose) => Aead.Associate("ticket v1", purpose, keys.Realm);

    private static byte[] WritePlain(Ticket ticket)
    {
        var bytes = new byte[TimesLength + ticket.Fields.Sum(field => 4 + Encoding.UTF8.GetByteCount(field))];
        BinaryPrimitives.WriteInt64BigEndian(bytes, ticket.IssuedAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), ticket.ExpiresAt.ToUnixTimeMilliseconds());
        var at = TimesLength;
        foreach (var field in ticket.Fields)
        {
            var written = Encoding.UTF8.GetBytes(field, bytes.AsSpan(at + 4));
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), written);
            at += 4 + written;
        }

        return bytes;
    }

    private static Ticket ReadPlain(string purpose, uint version, byte[] salt, ReadOnlySpan<byte> plain)
    {
        var fields = new List<string>();
        for (var rest = plain[TimesLength..]; !rest.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest);
            fields.Add(Encoding.UTF8.GetString(rest.Slice(4, length)));
            rest = rest[(4 + length)..];
        }

        return new Ticket(
            purpose,
            version,
            salt,
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(plain)),
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(plain[8..])),
            fields);
    }
}

/// <summary>What came back through a browser, as it was sealed.</summary>
internal sealed record Ticket(string Purpose, uint KeyVersion, byte[] Salt, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, IReadOnlyList<string> Fields)
{
    /// <summary>Marks the ticket as used.</summary>
    public StoreKey Mark => StoreKey.Of(Encoding.UTF8.GetBytes("authproxy ticket v1 " + Purpose), Salt);

    public override string ToString() => $"ticket for {Purpose}";
}
