using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Functions;

/// <summary>Functions that cut, pad, search and replace.</summary>
internal static class TextFunctions
{
    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        new("trim", "text", "without blank space at both ends", call => call.Text(0).Trim()),
        new("trimAll", "characters text", "without any of these characters at both ends", TrimAll),
        new("trimall", "characters text", "as trimAll", TrimAll),
        new("trimPrefix", "prefix text", "without that beginning", call => HasPrefix(call) ? call.Text(1)[call.Text(0).Length..] : call.Text(1)),
        new("trimSuffix", "suffix text", "without that end", call => HasSuffix(call) ? call.Text(1)[..^call.Text(0).Length] : call.Text(1)),
        new("hasPrefix", "prefix text", "whether the text begins so", call => HasPrefix(call)),
        new("hasSuffix", "suffix text", "whether the text ends so", call => HasSuffix(call)),
        new("contains", "part text", "whether the part is in the text", call => call.Text(1).Contains(call.Text(0), StringComparison.Ordinal)),
        new("upper", "text", "in upper case", call => call.Text(0).ToUpperInvariant()),
        new("lower", "text", "in lower case", call => call.Text(0).ToLowerInvariant()),
        new("nospace", "text", "without blank space", call => new string([.. call.Text(0).Where(character => !char.IsWhiteSpace(character))])),
        new("trunc", "count text", "the first so many bytes, with a negative count the last", Truncate),
        new("substr", "start end text", "from one byte up to another; a negative start is the beginning, a negative end the end", Substring),
        new("abbrev", "width text", "cut to a width, with an ellipsis", call => Abbreviate(call, 0, call.Whole(0), call.Text(1))),
        new("abbrevboth", "left right text", "cut at both ends, with ellipses", AbbreviateBoth),
        new("repeat", "count text", "the text so many times", Repeat),
        new("replace", "old new text", "every occurrence replaced", Replace),
        new("quote", "values…", "each in quotation marks, with blanks between them", call => Quoted(call, text => GoQuote.Quote(text))),
        new("squote", "values…", "each in single quotation marks, with blanks between them", call => Quoted(call, text => $"'{text}'")),
        new("cat", "values…", "with blanks between them", call => string.Join(' ', Present(call).Select(call.Print)).Trim()),
        new("indent", "count text", "every line moved to the right", call => Indent(call)),
        new("nindent", "count text", "as indent, behind a line break", call => "\n" + Indent(call)),
        new("plural", "one many count", "the word for one, or for another count", call => call.Whole(2) == 1 ? call.Text(0) : call.Text(1)),
        new("toString", "value", "the value as text", call => call.Print(call[0])),
    ];

    private static bool HasPrefix(FunctionCall call) => call.Text(1).StartsWith(call.Text(0), StringComparison.Ordinal);

    private static bool HasSuffix(FunctionCall call) => call.Text(1).EndsWith(call.Text(0), StringComparison.Ordinal);

    private static string TrimAll(FunctionCall call) => call.Text(0).Length == 0 ? call.Text(1) : call.Text(1).Trim(call.Text(0).ToCharArray());

    private static string Truncate(FunctionCall call)
    {
        var (count, text) = (call.Whole(0), call.Text(1));
        var length = GoBytes.Length(text);
        return count < 0 && length + count > 0 ? GoBytes.Slice(text, length + count, length)
            : count >= 0 && length > count ? GoBytes.Slice(text, 0, count)
            : text;
    }

    private static object? Substring(FunctionCall call)
    {
        var (start, end, text) = (call.Whole(0), call.Whole(1), call.Text(2));
        var length = GoBytes.Length(text);
        end = start >= 0 && (end < 0 || end > length) ? length : end;
        start = Math.Max(0, start);
        return start <= end && end <= length ? GoBytes.Slice(text, start, end) : call.Fail("the positions are out of range");
    }

    private static string AbbreviateBoth(FunctionCall call)
    {
        var (left, right, text) = (call.Whole(0), call.Whole(1), call.Text(2));
        return right < 4 || (left > 0 && right < 7) ? text : Abbreviate(call, left, right, text);
    }

    private static string Abbreviate(FunctionCall call, int offset, int width, string text)
    {
        const string Ellipsis = "...";
        var length = GoBytes.Length(text);
        if (width < 4 || length <= width || !call.Scope.Charge(1))
        {
            return text;
        }

        offset = Math.Min(offset, length);
        offset = length - offset < width - 3 ? length - (width - 3) : offset;
        return offset <= 4 ? GoBytes.Slice(text, 0, width - 3) + Ellipsis
            : offset + width - 3 < length ? Ellipsis + Abbreviate(call, 0, width - 3, GoBytes.Slice(text, offset, length))
            : Ellipsis + GoBytes.Slice(text, length - (width - 3), length);
    }

    private static object? Repeat(FunctionCall call)
    {
        var (count, text) = (call.Whole(0), call.Text(1));
        return count < 0 ? call.Fail("the count is negative")
            : call.Allows((long)count * text.Length) ? string.Concat(Enumerable.Repeat(text, text.Length == 0 ? 0 : count))
            : null;
    }

    private static string? Replace(FunctionCall call)
    {
        var (old, replacement, text) = (call.Text(0), call.Text(1), call.Text(2));
        if (old.Length == 0)
        {
            return ReplaceNothing(call, replacement, text);
        }

        var growth = replacement.Length > old.Length ? (long)text.AsSpan().Count(old) * (replacement.Length - old.Length) : 0;
        return call.Allows(text.Length + growth) ? text.Replace(old, replacement, StringComparison.Ordinal) : null;
    }

    // Go finds the empty text in front of every character, and at the end.
    private static string? ReplaceNothing(FunctionCall call, string replacement, string text) =>
        call.Allows(text.Length + ((text.Length + 1L) * replacement.Length))
            ? replacement + string.Concat(text.EnumerateRunes().Select(rune => rune + replacement))
            : null;

    private static string Quoted(FunctionCall call, Func<string, string> quote) => string.Join(' ', Present(call).Select(value => quote(call.Print(value))));

    private static IEnumerable<object?> Present(FunctionCall call) => call.From(0).Where(value => value is not null);

    private static string? Indent(FunctionCall call)
    {
        var (count, text) = (call.Whole(0), call.Text(1));
        if (count < 0)
        {
            return (string?)call.Fail("the count is negative");
        }

        var lines = 1L + text.AsSpan().Count('\n');
        if (!call.Allows(text.Length + (lines * count)))
        {
            return null;
        }

        var blanks = new string(' ', count);
        return blanks + text.Replace("\n", "\n" + blanks, StringComparison.Ordinal);
    }
}
