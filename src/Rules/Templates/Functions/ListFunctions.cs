using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Functions;

/// <summary>Functions of lists. None changes the list it is given.</summary>
internal static class ListFunctions
{
    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        new("list", "values…", "a list of them", call => new GoList(call.From(0))),
        new("tuple", "values…", "as list", call => new GoList(call.From(0))),
        new("join", "separator list", "the elements in one text, nothing left out but nothing", call => Join(call, call.Text(0), Texts(call, call[1]))),
        new("splitList", "separator text", "the parts between separators", call => Split(call, call.Text(1), call.Text(0), -1)),
        new("split", "separator text", "the parts as members _0, _1, …", call => Numbered(Split(call, call.Text(1), call.Text(0), -1))),
        new("splitn", "separator count text", "at most so many parts as members _0, _1, …", call => Numbered(Split(call, call.Text(2), call.Text(0), call.Whole(1)))),
        new("toStrings", "value", "a list of its elements as texts", call => GoList.Texts(Texts(call, call[0]))),
        new("sortAlpha", "list", "the elements as texts, sorted", SortAlpha),
        .. WithMust("first", "list", "the first element", call => call.List(0) is { Count: > 0 } list ? list.Items[0] : null),
        .. WithMust("last", "list", "the last element", call => call.List(0) is { Count: > 0 } list ? list.Items[^1] : null),
        .. WithMust("rest", "list", "all but the first", call => call.List(0).Count == 0 ? GoList.Nil : Make(call, call.List(0).Items.Skip(1))),
        .. WithMust("initial", "list", "all but the last", call => call.List(0).Count == 0 ? GoList.Nil : Make(call, call.List(0).Items.SkipLast(1))),
        .. WithMust("append", "list value", "with the value behind", call => Make(call, call.List(0).Items.Append(call[1]))),
        .. WithMust("push", "list value", "as append", call => Make(call, call.List(0).Items.Append(call[1]))),
        .. WithMust("prepend", "list value", "with the value in front", call => Make(call, call.List(0).Items.Prepend(call[1]))),
        .. WithMust("reverse", "list", "in reverse order", call => Make(call, call.List(0).Items.Reverse())),
        .. WithMust("uniq", "list", "every value once", Unique),
        .. WithMust("without", "list values…", "without these values", call => Make(call, call.List(0).Items.Where(item => !Contains(call, call.From(1), item)))),
        .. WithMust("compact", "list", "without empty values", call => Make(call, call.List(0).Items.Where(GoValue.IsTrue))),
        .. WithMust("has", "value list", "whether the value is in the list", call => call[1] is not null && Contains(call, call.List(1).Items, call[0])),
        .. WithMust("slice", "list bounds…", "from one position up to another; of a text by bytes", Slice),
        .. WithMust("chunk", "size list", "lists of so many elements", Chunk),
        new("concat", "lists…", "all elements one after the other", Concat),
        new("until", "count", "the numbers from 0 up to the count", call => Numbers(call, 0, call.Whole(0), call.Whole(0) < 0 ? -1 : 1)),
        new("untilStep", "start stop step", "the numbers from start up to stop", call => Numbers(call, call.Whole(0), call.Whole(1), call.Whole(2))),
        new("seq", "bounds…", "numbers with blanks between them: last, first last, or first step last", Sequence),
    ];

    /// <summary>What sprig makes of any value where it wants a list of texts: nothing is no text.</summary>
    private static List<string> Texts(FunctionCall call, object? value) => value switch
    {
        null => [],
        GoList list => [.. list.Items.Where(item => item is not null).Select(call.Print)],
        _ => [call.Print(value)],
    };

    private static IEnumerable<TemplateFunction> WithMust(string name, string arguments, string summary, Func<FunctionCall, object?> body) =>
        [new(name, arguments, summary, body), new($"must{char.ToUpperInvariant(name[0])}{name[1..]}", arguments, $"as {name}", body)];

    private static GoList Make(FunctionCall call, IEnumerable<object?> items)
    {
        var made = new List<object?>();
        foreach (var item in items)
        {
            made.Add(item);
            if (call.Scope.Failed || (made.Count > TemplateLimits.ListLength && !call.AllowsItems(made.Count)))
            {
                break;
            }
        }

        return new GoList(made);
    }

    private static string? Join(FunctionCall call, string separator, List<string> texts) =>
        call.Allows(texts.Sum(text => (long)text.Length) + ((long)separator.Length * texts.Count)) ? string.Join(separator, texts) : null;

    private static GoList Split(FunctionCall call, string text, string separator, int count)
    {
        if (count == 0)
        {
            return GoList.NilTexts;
        }

        var limit = count < 0 ? int.MaxValue : count;
        var parts = separator.Length > 0 ? text.AsSpan().Count(separator) + 1L : text.Length;
        if (!call.AllowsItems(Math.Min(parts, limit)))
        {
            return GoList.NilTexts;
        }

        // Go splits at nothing between all characters.
        return GoList.Texts(separator.Length > 0
            ? text.Split(separator, limit, StringSplitOptions.None)
            : [.. text.EnumerateRunes().Take(limit - 1).Select(rune => rune.ToString()), .. Rest(text, limit - 1)]);
    }

    private static IEnumerable<string> Rest(string text, int runes) =>
        GoBytes.FirstRunes(text, runes) is var first && first.Length < text.Length ? [text[first.Length..]] : [];

    private static GoDictionary Numbered(GoList parts)
    {
        var numbered = new GoDictionary(GoDictionary.OfTexts, zero: "");
        foreach (var (index, part) in parts.Items.Index())
        {
            numbered.Set($"_{index}", part);
        }

        return numbered;
    }

    private static GoList SortAlpha(FunctionCall call)
    {
        var texts = Texts(call, call[0]);
        call.Scope.Charge(16L * texts.Count);
        texts.Sort(StringComparer.Ordinal);
        return GoList.Texts(texts);
    }

    private static GoList Unique(FunctionCall call)
    {
        var kept = new List<object?>();
        foreach (var item in call.List(0).Items)
        {
            if (!Contains(call, kept, item))
            {
                kept.Add(item);
            }
        }

        return new GoList(kept);
    }

    private static bool Contains(FunctionCall call, IReadOnlyList<object?> items, object? value)
    {
        for (var i = 0; i < items.Count && !call.Scope.Failed; i++)
        {
            if (GoCompare.AreDeepEqual(items[i], value, call.Scope))
            {
                return true;
            }
        }

        return false;
    }

    private static object? Slice(FunctionCall call)
    {
        var bounds = call.From(1).Select(GoNumber.ToWhole).ToArray();
        var count = call[0] is string text ? GoBytes.Length(text) : call.List(0).Count;
        var from = bounds.Length > 0 ? bounds[0] : 0;
        var to = bounds.Length > 1 ? bounds[1] : count;
        if (call[0] is GoList { Count: 0 })
        {
            return null;
        }

        return from < 0 || from > to || to > count ? call.Fail("the positions are out of range")
            : call[0] is string sliced ? GoBytes.Slice(sliced, (int)from, (int)to)
            : new GoList([.. call.List(0).Items.Skip((int)from).Take((int)(to - from))], call.List(0).Type);
    }

    private static object? Chunk(FunctionCall call)
    {
        var (size, list) = (call.Whole(0), call.List(1));
        return size < 1
            ? call.Fail("the size is less than one")
            : new GoList([.. list.Items.Chunk(size).Select(chunk => new GoList(chunk))], GoList.OfLists);
    }

    private static GoList Concat(FunctionCall call)
    {
        var all = Make(call, Enumerable.Range(0, call.Count).SelectMany(index => call.List(index).Items));
        return all.Count == 0 ? GoList.Nil : all;
    }

    private static GoList Numbers(FunctionCall call, long start, long stop, long step)
    {
        var count = step == 0 || (step > 0) != (stop > start) || start == stop ? 0 : (Math.Abs(stop - start) + Math.Abs(step) - 1) / Math.Abs(step);
        return call.AllowsItems(count)
            ? new GoList([.. Enumerable.Range(0, (int)count).Select(index => (object?)(nint)(start + (index * step)))], GoList.OfNumbers)
            : GoList.Nil;
    }

    private static string Sequence(FunctionCall call)
    {
        var bounds = Enumerable.Range(0, call.Count).Select(index => (long)call.Whole(index)).ToArray();
        var (first, step, last) = bounds switch
        {
            [var to] => (1, to < 1 ? -1 : 1, to),
            [var from, var to] => (from, to < from ? -1 : 1, to),
            [var from, var by, var to] => (from, by, to),
            _ => (0L, 0L, 0L),
        };
        return step == 0 || (last < first && step > 0) || (last > first && step < 0)
            ? ""
            : string.Join(' ', Numbers(call, first, last + Math.Sign(step), step).Items);
    }
}
