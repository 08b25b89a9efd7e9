using System.Text;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>
/// Texts as Go counts them: in bytes of UTF-8. Where a cut falls inside of a character the whole character goes: half of one would be no
/// text.
/// </summary>
internal static class GoBytes
{
    public static int Length(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>From one byte up to another, both within the text.</summary>
    public static string Slice(string text, int from, int to)
    {
        if (from == 0 && to >= text.Length * 3)
        {
            return text;
        }

        var start = -1;
        var end = -1;
        var bytes = 0;
        var characters = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            start = start < 0 && bytes >= from ? characters : start;
            if (bytes + rune.Utf8SequenceLength > to)
            {
                end = characters;
                break;
            }

            bytes += rune.Utf8SequenceLength;
            characters += rune.Utf16SequenceLength;
        }

        start = start < 0 ? text.Length : start;
        end = end < 0 ? text.Length : end;
        return start >= end ? "" : text[start..end];
    }

    /// <summary>The first so many characters.</summary>
    public static string FirstRunes(string text, int count)
    {
        var characters = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (count-- <= 0)
            {
                return text[..characters];
            }

            characters += rune.Utf16SequenceLength;
        }

        return text;
    }
}
