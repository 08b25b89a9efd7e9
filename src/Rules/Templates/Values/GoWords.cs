using System.Text;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>The words of a name in any notation: <c>HTTPServer</c>, <c>http_server</c> and <c>http server</c> are two words.</summary>
internal static class GoWords
{
    private enum Kind
    {
        None,
        Number,
        Upper,
        Letters,
        Connector,
        Punctuation,
        Other,
    }

    /// <summary>Lower-case words with a connector between them.</summary>
    public static string Join(string text, char connector)
    {
        var words = Split(text);
        var joined = new StringBuilder(text.Length + 8);
        for (var i = 0; i < words.Count;)
        {
            i = AppendGroup(words, i, joined, connector, out var kind);
            var next = i < words.Count ? words[i].Kind : Kind.None;
            if (kind is not (Kind.Connector or Kind.Punctuation) && next is not (Kind.None or Kind.Connector or Kind.Punctuation))
            {
                joined.Append(connector);
            }
        }

        return joined.ToString();
    }

    /// <summary>Every word with an upper-case letter in front, nothing between them; connectors in front stay.</summary>
    public static string Camel(string text)
    {
        var camel = new StringBuilder(text.Length);
        var start = 0;
        while (start < text.Length && IsConnector(text[start]))
        {
            camel.Append(text[start++]);
        }

        for (var i = start; i < text.Length; i++)
        {
            if (!IsConnector(text[i]))
            {
                camel.Append(i == start || IsConnector(text[i - 1]) ? char.ToUpperInvariant(text[i]) : char.ToLowerInvariant(text[i]));
            }
            else if (i + 1 == text.Length || IsConnector(text[i + 1]))
            {
                camel.Append(text[i]);
            }
        }

        return camel.ToString();
    }

    /// <summary>One word, together with the numbers that belong to it.</summary>
    private static int AppendGroup(List<(Kind Kind, string Text)> words, int at, StringBuilder joined, char connector, out Kind kind)
    {
        kind = words[at].Kind;
        Append(words[at++], joined, connector);
        if (kind == Kind.Number)
        {
            return AppendWhile(words, at, joined, connector);
        }

        if (kind is Kind.Connector or Kind.Punctuation || at >= words.Count || words[at].Kind != Kind.Number)
        {
            return at;
        }

        // A number belongs to the word before it (bld4_floor), unless lower-case letters follow, whose it is then (http_2xx).
        if (at + 1 < words.Count && words[at + 1].Kind == Kind.Letters)
        {
            joined.Append(connector);
            Append(words[at], joined, connector);
            return AppendWhile(words, at + 1, joined, connector);
        }

        if (at + 1 == words.Count)
        {
            joined.Append(connector);
        }

        Append(words[at], joined, connector);
        return at + 1;
    }

    private static int AppendWhile(List<(Kind Kind, string Text)> words, int at, StringBuilder joined, char connector)
    {
        while (at < words.Count && words[at].Kind is Kind.Letters or Kind.Number)
        {
            Append(words[at++], joined, connector);
        }

        return at;
    }

    private static void Append((Kind Kind, string Text) word, StringBuilder joined, char connector) => joined.Append(word.Kind switch
    {
        Kind.Connector => new string(connector, word.Text.Length),
        Kind.Upper => word.Text.ToLowerInvariant(),
        _ => word.Text,
    });

    private static List<(Kind Kind, string Text)> Split(string text)
    {
        var words = new List<(Kind, string)>();
        for (var at = 0; at < text.Length;)
        {
            var kind = KindOf(text[at]);
            var end = at + 1;
            while (end < text.Length && KindOf(text[end]) == kind)
            {
                end++;
            }

            if (kind == Kind.Upper && end < text.Length && KindOf(text[end]) == Kind.Letters)
            {
                // "HTTPServer": the last capital begins the next word, which goes on in lower case.
                if (end - at > 1)
                {
                    end--;
                }
                else
                {
                    while (end < text.Length && KindOf(text[end]) == Kind.Letters)
                    {
                        end++;
                    }
                }
            }

            words.Add((kind, text[at..end]));
            at = end;
        }

        return words;
    }

    private static Kind KindOf(char character) =>
        IsConnector(character) ? Kind.Connector
        : char.IsPunctuation(character) ? Kind.Punctuation
        : char.IsUpper(character) ? Kind.Upper
        : char.IsLetter(character) ? Kind.Letters
        : char.IsNumber(character) ? Kind.Number
        : Kind.Other;

    private static bool IsConnector(char character) => character is '-' or '_' || char.IsWhiteSpace(character);
}
