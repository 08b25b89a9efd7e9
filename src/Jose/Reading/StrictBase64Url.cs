using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace AuthProxy.Jose.Reading;

/// <summary>Base64url as RFC 7515, 2 defines it: no padding, no whitespace, and exactly one spelling for each sequence of bytes.</summary>
internal static class StrictBase64Url
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static readonly SearchValues<char> AlphabetSet = SearchValues.Create(Alphabet);

    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;

        // The framework's decoder lets padding and whitespace pass, so the alphabet is checked first.
        if (text.Length % 4 == 1 || text.ContainsAnyExcept(AlphabetSet) || HasSpareBits(text))
        {
            return false;
        }

        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }

    // The last character of an incomplete group carries bits that decode to nothing: set, they would give a signed part a second spelling,
    // and a token a second hash in every cache and deny list.
    private static bool HasSpareBits(ReadOnlySpan<char> text) => (text.Length % 4) switch
    {
        2 => (Alphabet.IndexOf(text[^1], StringComparison.Ordinal) & 0b1111) != 0,
        3 => (Alphabet.IndexOf(text[^1], StringComparison.Ordinal) & 0b11) != 0,
        _ => false,
    };
}
