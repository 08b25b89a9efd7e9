using System.Text;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Functions;

/// <summary>Functions that know words and lines.</summary>
internal static class WordFunctions
{
    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        new("title", "text", "each word's first letter in upper case", call => Title(call.Text(0))),
        new("untitle", "text", "each word's first letter in lower case", call => Untitle(call.Text(0))),
        new("initials", "text", "each word's first letter", call => Initials(call.Text(0))),
        new("swapcase", "text", "upper for lower case, and a word's first letter in upper case", call => SwapCase(call.Text(0))),
        new("snakecase", "text", "first_name", call => GoWords.Join(call.Text(0), '_')),
        new("kebabcase", "text", "first-name", call => GoWords.Join(call.Text(0), '-')),
        new("camelcase", "text", "FirstName", call => GoWords.Camel(call.Text(0))),
        new("wrap", "width text", "lines no longer than a width, words left whole", call => Wrap(call, call.Whole(0), "\n", call.Text(1), cutsWords: false)),
        new("wrapWith", "width separator text", "lines no longer than a width, with a separator between them", call =>
            Wrap(call, call.Whole(0), call.Text(1) is { Length: > 0 } separator ? separator : "\n", call.Text(2), cutsWords: true)),
    ];

    private static string Title(string text) => EachLetter(text, (character, before) =>
        before is null || IsSeparator(before.Value) ? char.ToUpperInvariant(character) : character);

    private static string Untitle(string text)
    {
        var next = true;
        return EachLetter(text, (character, _) =>
        {
            var changed = next && !char.IsWhiteSpace(character) ? char.ToLowerInvariant(character) : character;
            next = char.IsWhiteSpace(character);
            return changed;
        });
    }

    private static string SwapCase(string text)
    {
        var begins = true;
        return EachLetter(text, (character, _) =>
        {
            var swapped = char.IsUpper(character) ? char.ToLowerInvariant(character) : char.IsLower(character) ? char.ToUpperInvariant(character) : character;
            begins = !char.IsUpper(character) && (!char.IsLower(character) || begins) && char.IsWhiteSpace(character);
            return swapped;
        });
    }

    private static string Initials(string text)
    {
        var initials = new StringBuilder();
        var begins = true;
        foreach (var rune in text.EnumerateRunes())
        {
            var isGap = Rune.IsWhiteSpace(rune);
            if (begins && !isGap)
            {
                initials.Append(rune.ToString());
            }

            begins = isGap;
        }

        return initials.ToString();
    }

    private static string EachLetter(string text, Func<char, char?, char> change) => string.Create(text.Length, (text, change), static (changed, state) =>
    {
        for (var i = 0; i < changed.Length; i++)
        {
            changed[i] = state.change(state.text[i], i == 0 ? null : state.text[i - 1]);
        }
    });

    private static bool IsSeparator(char character) =>
        !char.IsLetterOrDigit(character) && character != '_' && (char.IsAscii(character) || char.IsWhiteSpace(character));

    private static string Wrap(FunctionCall call, int width, string separator, string text, bool cutsWords)
    {
        width = Math.Max(1, width);
        if (!call.Allows(text.Length + ((long)separator.Length * text.Length / width)))
        {
            return "";
        }

        var wrapped = new StringBuilder(text.Length + 16);
        var at = 0;
        while (text.Length - at > width && call.Scope.Charge(1))
        {
            if (text[at] == ' ')
            {
                at++;
                continue;
            }

            var (end, next) = EndOfLine(text, at, width, cutsWords);
            wrapped.Append(text, at, end - at).Append(end < text.Length ? separator : "");
            at = next;
        }

        return wrapped.Append(text, at, text.Length - at).ToString();
    }

    private static (int End, int Next) EndOfLine(string text, int at, int width, bool cutsWords)
    {
        var blank = text.LastIndexOf(' ', at + width, width + 1);
        if (blank >= at)
        {
            return (blank, blank + 1);
        }

        if (cutsWords)
        {
            return (at + width, at + width);
        }

        blank = text.IndexOf(' ', at + width);
        return blank < 0 ? (text.Length, text.Length) : (blank, blank + 1);
    }
}
