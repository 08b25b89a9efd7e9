using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace AuthProxy.Proxy.Sessions;

/// <summary>What a session cookie carries: 256 random bits that one browser knows on one host and that are stored nowhere.</summary>
internal sealed class CookieSecret
{
    public const int Length = 32;
    public const int TextLength = 43;

    // Every request of a session needs one, and setting a keyed hash up takes longer than the hash.
    [ThreadStatic]
    private static IncrementalHash? keyed;

    private readonly byte[] _bytes;

    private CookieSecret(byte[] bytes)
    {
        _bytes = bytes;
        StoreKey = StoreKey.Of(keyed ??= StoreKey.Keyed("authproxy cookie v1"u8), bytes);
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Where the store keeps what this secret opens.</summary>
    public StoreKey StoreKey { get; }

    /// <summary>The cookie's value.</summary>
    public string Text => Base64Url.EncodeToString(_bytes);

    public static CookieSecret New() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>A secret for a cookie of this session, which lies with it in one bucket (<see cref="StoreBucket"/>).</summary>
    public static CookieSecret New(string sid)
    {
        var bucket = StoreBucket.Of(sid);
        while (true)
        {
            var drawn = New();
            if (StoreBucket.Of(drawn.StoreKey) == bucket)
            {
                return drawn;
            }
        }
    }

    /// <summary>Reads a cookie's value; null for anything that we cannot have written.</summary>
    public static CookieSecret? Parse(ReadOnlySpan<char> text)
    {
        if (text.Length != TextLength)
        {
            return null;
        }

        var bytes = new byte[Length];
        if (Base64Url.DecodeFromChars(text, bytes, out _, out var written) != OperationStatus.Done || written != Length)
        {
            return null;
        }

        // The last character has two unused bits: of the four spellings of one secret, only ours is a cookie.
        Span<char> canonical = stackalloc char[TextLength];
        Base64Url.EncodeToChars(bytes, canonical);
        return text.SequenceEqual(canonical) ? new CookieSecret(bytes) : null;
    }

    /// <summary>Never the secret: what is printed by accident ends in logs.</summary>
    public override string ToString() => nameof(CookieSecret);
}
