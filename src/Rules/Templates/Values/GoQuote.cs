using System.Globalization;
using System.Text;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>Texts in Go's quotation marks.</summary>
internal static class GoQuote
{
    /// <summary>As <c>%q</c>; with <paramref name="asciiOnly"/> as <c>%+q</c>.</summary>
    public static string Quote(string text, bool asciiOnly = false, char mark = '"')
    {
        var quoted = new StringBuilder(text.Length + 2).Append(mark);
        foreach (var rune in text.EnumerateRunes())
        {
            Append(rune, quoted, asciiOnly, mark);
        }

        return quoted.Append(mark).ToString();
    }

    private static void Append(Rune rune, StringBuilder quoted, bool asciiOnly, char mark)
    {
        switch (rune.Value)
        {
            case var value when value == mark || value == '\\':
                quoted.Append('\\').Append((char)value);
                break;
            case >= 7 and <= 13 and var control:
                quoted.Append('\\').Append("abtnvfr"[control - 7]);
                break;
            case < 0x20 or 0x7f:
                quoted.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
                break;
            case var value when rune.IsAscii || (!asciiOnly && IsPrintable(rune)):
                quoted.Append(rune.ToString());
                break;
            case var value:
                quoted.Append(value < 0x10000 ? "\\u" : "\\U").Append(value.ToString(value < 0x10000 ? "x4" : "x8", CultureInfo.InvariantCulture));
                break;
        }
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
