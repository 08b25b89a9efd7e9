using System.Globalization;
using System.Text;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Syntax;

/// <summary>Texts, characters and numbers as Go's source writes them.</summary>
internal static class GoLiteral
{
    /// <summary>Behind the closing quotation mark; -1 where there is none, or a line break before it.</summary>
    public static int EndOfQuoted(string text, int start)
    {
        var mark = text[start];
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == mark)
            {
                return i + 1;
            }

            if (mark != '`' && text[i] == '\n')
            {
                return -1;
            }

            i += mark != '`' && text[i] == '\\' ? 1 : 0;
        }

        return -1;
    }

    /// <summary>
    /// A string, or for a character its number. Every text is made anew: texts are told apart from those of requests by who they are, so
    /// none may be shared with the rest of the process.
    /// </summary>
    public static bool TryUnquote(ReadOnlySpan<char> quoted, out object value)
    {
        var inside = quoted[1..^1];
        if (quoted[0] == '`')
        {
            value = new string([.. inside.ToString().Where(character => character != '\r')]);
            return true;
        }

        var bytes = new List<byte>(inside.Length);
        for (var i = 0; i < inside.Length;)
        {
            if (!TryTakeCharacter(inside, ref i, quoted[0], bytes))
            {
                value = "";
                return false;
            }
        }

        var text = Encoding.UTF8.GetString([.. bytes]);
        value = text;
        if (quoted[0] == '\'')
        {
            Rune.DecodeFromUtf16(text, out var rune, out var length);
            value = (nint)rune.Value;
            return length > 0 && length == text.Length;
        }

        return true;
    }

    /// <summary>Go's int where the number is whole, else its float64.</summary>
    public static bool TryReadNumber(string text, out object value)
    {
        if (GoNumber.TryParse(text, out var whole))
        {
            value = (nint)whole;
            return true;
        }

        // A whole number that does not fit is a fault, as in Go.
        value = 0d;
        if (!text.AsSpan().ContainsAny('.', 'e', 'E') || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        value = number;
        return double.IsFinite(number);
    }

    private static bool TryTakeCharacter(ReadOnlySpan<char> inside, ref int at, char mark, List<byte> bytes)
    {
        Rune.DecodeFromUtf16(inside[at..], out var rune, out var length);
        at += length;
        if (rune.Value != '\\')
        {
            Append(rune, bytes);
            return true;
        }

        if (at >= inside.Length)
        {
            return false;
        }

        var escape = inside[at++];
        var simple = "abtnvfr\\".IndexOf(escape);
        if (simple >= 0 || escape == mark)
        {
            bytes.Add(escape == mark ? (byte)mark : escape == '\\' ? (byte)'\\' : (byte)(7 + simple));
            return true;
        }

        return escape switch
        {
            'x' => TryTakeNumber(inside, ref at, 2, 16, bytes, isByte: true),
            'u' => TryTakeNumber(inside, ref at, 4, 16, bytes, isByte: false),
            'U' => TryTakeNumber(inside, ref at, 8, 16, bytes, isByte: false),
            >= '0' and <= '7' => TryTakeNumber(inside, ref at, -3, 8, bytes, isByte: true),
            _ => false,
        };
    }

    /// <param name="digits">How many; negative where the first is already behind.</param>
    private static bool TryTakeNumber(ReadOnlySpan<char> inside, ref int at, int digits, int numberBase, List<byte> bytes, bool isByte)
    {
        at -= digits < 0 ? 1 : 0;
        digits = Math.Abs(digits);
        var number = 0L;
        for (var i = 0; i < digits; i++, at++)
        {
            var value = at < inside.Length && char.IsAsciiHexDigit(inside[at]) ? Convert.ToInt32(inside[at].ToString(), 16) : int.MaxValue;
            if (value >= numberBase)
            {
                return false;
            }

            number = (number * numberBase) + value;
        }

        if (isByte)
        {
            bytes.Add((byte)number);
            return number <= byte.MaxValue;
        }

        var isRune = number <= 0x10FFFF && Rune.IsValid((int)number);
        Append(isRune ? new Rune((int)number) : Rune.ReplacementChar, bytes);
        return isRune;
    }

    private static void Append(Rune rune, List<byte> bytes)
    {
        Span<byte> encoded = stackalloc byte[4];
        bytes.AddRange(encoded[..rune.EncodeToUtf8(encoded)]);
    }
}
