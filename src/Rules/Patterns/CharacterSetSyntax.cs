using System.Globalization;
using AuthProxy.Rules.Patterns.Linear;

namespace AuthProxy.Rules.Patterns;

/// <summary>Reads escapes and <c>[…]</c> of regular expressions, as far as they are plain.</summary>
internal static class CharacterSetSyntax
{
    /// <summary>Reads on behind an opening bracket; null for what is .NET's to understand, or to refuse.</summary>
    public static CharacterSet? TryReadList(string text, ref int at)
    {
        var negated = at < text.Length && text[at] == '^';
        at += negated ? 1 : 0;
        var ranges = new List<(char, char)>();
        var kinds = CharacterKinds.None;
        for (var first = true; at < text.Length; first = false)
        {
            if (text[at] == ']' && !first)
            {
                at++;
                return new CharacterSet(ranges, kinds, negated);
            }

            if (TryReadMember(text, ref at, first) is not { } member)
            {
                return null;
            }

            kinds |= member.Kinds;
            if (member.Single is not { } low)
            {
                continue;
            }

            if (TryReadRangeEnd(text, ref at, low) is not { } high)
            {
                return null;
            }

            ranges.Add((low, high));
        }

        return null;
    }

    /// <summary>Reads on behind a backslash.</summary>
    public static SetMember? TryReadEscape(string text, ref int at)
    {
        if (at == text.Length)
        {
            return null;
        }

        var character = text[at++];
        return character switch
        {
            'd' => new(null, CharacterKinds.Digit),
            'D' => new(null, CharacterKinds.NotDigit),
            's' => new(null, CharacterKinds.Space),
            'S' => new(null, CharacterKinds.NotSpace),
            'w' => new(null, CharacterKinds.Word),
            'W' => new(null, CharacterKinds.NotWord),
            't' => new('\t'),
            'n' => new('\n'),
            'r' => new('\r'),
            'x' => TryReadHex(text, ref at, 2),
            'u' => TryReadHex(text, ref at, 4),
            '_' or >= '\x80' => null,
            _ => char.IsAsciiLetterOrDigit(character) ? null : new(character),
        };
    }

    private static SetMember? TryReadMember(string text, ref int at, bool first)
    {
        var character = text[at++];
        return character switch
        {
            '\\' => TryReadEscape(text, ref at),
            // Subtraction, and classes that are spelled out.
            '[' => null,
            // At either end it is itself; elsewhere it would have to mean a range of something that has none.
            '-' when !first && at < text.Length && text[at] != ']' => null,
            _ => new(character),
        };
    }

    /// <summary>The end of the range that begins with a character, which is the character itself where there is no range.</summary>
    private static char? TryReadRangeEnd(string text, ref int at, char low)
    {
        if (at + 1 >= text.Length || text[at] != '-' || text[at + 1] == ']')
        {
            return low;
        }

        at++;
        return text[at] != '-' && TryReadMember(text, ref at, first: false) is { Single: { } high } && high >= low ? high : null;
    }

    private static SetMember? TryReadHex(string text, ref int at, int digits)
    {
        if (at + digits > text.Length || !ushort.TryParse(text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            return null;
        }

        at += digits;
        return new((char)code);
    }

    /// <summary>One character, or a kind of characters.</summary>
    internal readonly record struct SetMember(char? Single, CharacterKinds Kinds = CharacterKinds.None);
}
