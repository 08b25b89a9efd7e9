using System.Buffers;
using System.Text;

namespace AuthProxy.Rules.Patterns;

/// <summary>Translates what Oathkeeper's engine takes over from RE2 and .NET does not know.</summary>
internal static class RegexpDialect
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    // As in Oathkeeper's engine, digits, blanks and word characters are Unicode's; the other classes are ASCII's.
    private static readonly Dictionary<string, (string Holds, string Lacks)> Classes = new(StringComparer.Ordinal)
    {
        ["digit"] = (@"\d", @"\D"),
        ["space"] = (@"\s", @"\S"),
        ["word"] = (@"\w", @"\W"),
        ["alnum"] = ("0-9A-Za-z", @"\u0000-/:-@\[-`{-\uFFFF"),
        ["alpha"] = ("A-Za-z", @"\u0000-@\[-`{-\uFFFF"),
        ["ascii"] = (@"\u0000-\u007F", @"\u0080-\uFFFF"),
        ["blank"] = (@"\t ", @"\u0000-\u0008\u000A-\u001F!-\uFFFF"),
        ["cntrl"] = (@"\u0000-\u001F\u007F", @" -~\u0080-\uFFFF"),
        ["graph"] = ("!-~", @"\u0000- \u007F-\uFFFF"),
        ["lower"] = ("a-z", @"\u0000-`{-\uFFFF"),
        ["print"] = (" -~", @"\u0000-\u001F\u007F-\uFFFF"),
        ["punct"] = (@"!-/:-@\[-`{-~", @"\u0000- 0-9A-Za-z\u007F-\uFFFF"),
        ["upper"] = ("A-Z", @"\u0000-@\[-\uFFFF"),
        ["xdigit"] = ("0-9A-Fa-f", @"\u0000-/:-@G-`g-\uFFFF"),
    };

    /// <summary>Null where a class is not known; then <paramref name="fault"/> says which.</summary>
    public static string? TryTranslate(string pattern, out string fault)
    {
        fault = "";
        var translated = new StringBuilder(pattern.Length);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var rest = pattern.AsSpan(i);
            if (rest[0] == '\\')
            {
                i += AppendEscape(rest, translated) - 1;
            }
            else if (!inClass && rest.StartsWith("(?P<", StringComparison.Ordinal))
            {
                translated.Append("(?<");
                i += "(?P<".Length - 1;
            }
            else if (inClass && rest.StartsWith("[:", StringComparison.Ordinal) && rest.IndexOf(":]", StringComparison.Ordinal) is > 1 and var end)
            {
                if (!TryAppendClass(rest[2..end].ToString(), translated))
                {
                    fault = $"names the character class '{rest[..(end + 2)]}', which does not exist";
                    return null;
                }

                i += end + 1;
            }
            else
            {
                i += AppendPlain(rest, translated, ref inClass) - 1;
            }
        }

        return translated.ToString();
    }

    private static int AppendPlain(ReadOnlySpan<char> rest, StringBuilder translated, ref bool inClass)
    {
        translated.Append(rest[0]);
        if (inClass)
        {
            inClass = rest[0] != ']';
            return 1;
        }

        if (rest[0] != '[')
        {
            return 1;
        }

        // A bracket right behind the opening one (and its negation) is a member, not the end.
        inClass = true;
        var taken = rest.Length > 1 && rest[1] == '^' ? 2 : 1;
        taken += rest.Length > taken && rest[taken] == ']' ? 1 : 0;
        translated.Append(rest[1..taken]);
        return taken;
    }

    private static int AppendEscape(ReadOnlySpan<char> rest, StringBuilder translated)
    {
        // RE2 writes \x{263A}; .NET knows \u263A.
        if (rest.StartsWith(@"\x{", StringComparison.Ordinal) && rest.IndexOf('}') is > 3 and <= 7 and var end
            && !rest[3..end].ContainsAnyExcept(HexDigits))
        {
            translated.Append(@"\u").Append(rest[3..end].ToString().PadLeft(4, '0'));
            return end + 1;
        }

        var length = Math.Min(2, rest.Length);
        translated.Append(rest[..length]);
        return length;
    }

    private static bool TryAppendClass(string name, StringBuilder translated)
    {
        var negated = name.StartsWith('^');
        if (!Classes.TryGetValue(negated ? name[1..] : name, out var members))
        {
            return false;
        }

        translated.Append(negated ? members.Lacks : members.Holds);
        return true;
    }
}
