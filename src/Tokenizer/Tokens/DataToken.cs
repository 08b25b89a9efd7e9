using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace AuthProxy.Tokenizer.Tokens;

/// <summary>
/// A data token, <c>lunasec-&lt;uuid&gt;</c>, in its one spelling (lower case). Only parsing and making one can give a value of this type.
/// </summary>
/// <remarks>
/// Whoever knows the text holds half of what opens the value, so <see cref="ToString"/> does not give it away to logs and interpolated strings.
/// </remarks>
internal sealed class DataToken
{
    public const string Prefix = "lunasec-";
    public const int Length = 44;

    private DataToken(string text) => Text = text;

    /// <summary>The token itself: for answers to its holder only.</summary>
    public string Text { get; }

    /// <summary>A new token with 122 random bits from the system's generator.</summary>
    public static DataToken New()
    {
        // Guid.NewGuid promises uniqueness, not secrecy; the bits of a token must come from a source that does.
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        random[6] = (byte)((random[6] & 0x0f) | 0x40);
        random[8] = (byte)((random[8] & 0x3f) | 0x80);
        return new DataToken(Prefix + new Guid(random, bigEndian: true).ToString("D"));
    }

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out DataToken? token)
    {
        token = IsWellFormed(text) ? new DataToken(text!.ToLowerInvariant()) : null;
        return token is not null;
    }

    /// <summary>The bytes that keys are derived from and hashes are taken of.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes(Text);

    public override string ToString() => Prefix + "…";

    // Guid.TryParseExact would also take signs and spaces inside groups in some forms; the shape is simple enough to be checked here.
    private static bool IsWellFormed(string? text)
    {
        if (text is not { Length: Length } || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        for (var i = Prefix.Length; i < Length; i++)
        {
            var hyphenBelongsHere = (i - Prefix.Length) is 8 or 13 or 18 or 23;
            if (hyphenBelongsHere ? text[i] != '-' : !char.IsAsciiHexDigit(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}
