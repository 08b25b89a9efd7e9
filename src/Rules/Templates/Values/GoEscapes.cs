using System.Globalization;
using System.Text;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>The escapes of Go's templates.</summary>
internal static class GoEscapes
{
    public static string Html(string text) => Each(text, static (character, escaped) => escaped.Append(character switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&#34;",
        '\'' => "&#39;",
        '\0' => "\uFFFD",
        _ => character.ToString(),
    }));

    public static string JavaScript(string text) => Each(text, static (character, escaped) =>
    {
        if (character is '\\' or '\'' or '"')
        {
            escaped.Append('\\').Append(character);
        }
        else if (character is '<' or '>' or '&' or '=' or < ' ' || (character > '\x7e' && !char.IsLetterOrDigit(character) && !char.IsSurrogate(character) && !char.IsPunctuation(character) && !char.IsSymbol(character)))
        {
            escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
        }
        else
        {
            escaped.Append(character);
        }
    });

    public static string Query(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)value) || (char)value is '-' or '_' or '.' or '~')
            {
                escaped.Append((char)value);
            }
            else if (value == ' ')
            {
                escaped.Append('+');
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return escaped.ToString();
    }

    private static string Each(string text, Action<char, StringBuilder> escape)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            escape(character, escaped);
        }

        return escaped.ToString();
    }
}
