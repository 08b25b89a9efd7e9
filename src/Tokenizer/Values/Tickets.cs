using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Values;

/// <summary>
/// Tickets: 256 random bits in an address, good for one upload or one download by one session. The database knows a ticket's hash, and the
/// token only sealed under the ticket and the master key, so that a row of it opens nothing.
/// </summary>
internal sealed class Tickets(MasterKeys masterKeys)
{
    public const string PathPrefix = "/v1/values/";

    private const int Size = 32;
    private const int TextLength = 43;

    private readonly TwoLayerSeal _seal = Seal(masterKeys);

    public static TwoLayerSeal Seal(MasterKeys masterKeys) => new(masterKeys, "ticket");

    public (string Text, TicketRecord Record) New(byte[] session, byte[] tokenRowId, DataToken token, TicketUse use, long expiresAt)
    {
        var secret = RandomNumberGenerator.GetBytes(Size);
        var hash = HashOf(secret);
        return (Base64Url.EncodeToString(secret), new TicketRecord(hash, session, tokenRowId, use, expiresAt, _seal.Seal(hash, secret, token.ToBytes())));
    }

    /// <returns>The ticket's hash, or null where the text cannot be a ticket.</returns>
    public static byte[]? HashOf(string text) => Decode(text) is { } secret ? HashOf(secret) : null;

    /// <summary>The token that a redeemed ticket is for.</summary>
    public DataToken? TokenOf(string text, TicketRecord record) =>
        Decode(text) is { } secret
        && _seal.Open(record.Ticket, secret, record.Token) is { } token
        && DataToken.TryParse(Encoding.ASCII.GetString(token), out var parsed) ? parsed : null;

    private static byte[]? Decode(string text)
    {
        var secret = new byte[Size];
        return text.Length == TextLength && Base64Url.IsValid(text, out var size) && size == Size && Base64Url.TryDecodeFromChars(text, secret, out _) ? secret : null;
    }

    // 256 random bits need no key: nobody can try them.
    private static byte[] HashOf(byte[] secret) => SHA256.HashData(AssociatedData.Of("ticket", secret));
}
