using System.Text;

namespace AuthProxy.Rules.Templates;

/// <param name="Text">The word; for a text in quotation marks what it says.</param>
/// <param name="IsText">Whether it stood in quotation marks.</param>
internal readonly record struct TemplateWord(string Text, bool IsText);

/// <summary>Splits an action into words.</summary>
internal static class TemplateWords
{
    /// <summary>Where the closing braces are, past those inside texts; -1 where there are none.</summary>
    public static int EndOfAction(string text, int start)
    {
        for (var i = start; i < text.Length; i++)
        {
            if (text[i] is '"' or '`')
            {
                i = EndOfText(text, i);
                if (i < 0)
                {
                    return -1;
                }
            }
            else if (text[i] == '}' && i + 1 < text.Length && text[i + 1] == '}')
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Null where a text does not end or holds escapes that are not known.</summary>
    public static List<TemplateWord>? TrySplit(string action)
    {
        var words = new List<TemplateWord>();
        for (var i = 0; i < action.Length;)
        {
            var character = action[i];
            if (char.IsWhiteSpace(character))
            {
                i++;
            }
            else if (character is '|' or '(' or ')')
            {
                words.Add(new TemplateWord(character.ToString(), false));
                i++;
            }
            else if (character is '"' or '`')
            {
                var end = EndOfText(action, i);
                if (end < 0 || Unquote(action[(i + 1)..end], character) is not { } text)
                {
                    return null;
                }

                words.Add(new TemplateWord(text, true));
                i = end + 1;
            }
            else
            {
                var start = i;
                while (i < action.Length && !char.IsWhiteSpace(action[i]) && action[i] is not ('|' or '(' or ')' or '"' or '`'))
                {
                    i++;
                }

                words.Add(new TemplateWord(action[start..i], false));
            }
        }

        return words;
    }

    private static int EndOfText(string text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && text[start] == '"')
            {
                i++;
            }
            else if (text[i] == text[start])
            {
                return i;
            }
        }

        return -1;
    }

    private static string? Unquote(string inside, char quote)
    {
        if (quote == '`' || !inside.Contains('\\'))
        {
            return inside;
        }

        var text = new StringBuilder(inside.Length);
        for (var i = 0; i < inside.Length; i++)
        {
            if (inside[i] != '\\')
            {
                text.Append(inside[i]);
            }
            else if (++i < inside.Length && inside[i] is '"' or '\\')
            {
                text.Append(inside[i]);
            }
            else
            {
                return null;
            }
        }

        return text.ToString();
    }
}
