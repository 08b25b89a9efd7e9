using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Functions;

/// <summary>Go's own functions, and Oathkeeper's two.</summary>
internal static class BuiltInFunctions
{
    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        new("print", "value", "the value as text, nothing as the empty text", call => call[0] is null ? "" : call.Print(call[0])),
        new("printIndex", "list index", "one element as text, the empty text where there is none", PrintIndex),
        new("printf", "format values…", "values in a format of Go's", call => new GoPrintf(call.Text(0), call.From(1), call.Scope).Write()),
        new("println", "values…", "values with blanks between them and a line break behind", call => string.Join(' ', call.From(0).Select(value => call.Print(value))) + "\n"),
        new("index", "value keys…", "the element at a position, or the member of a name, step by step", Index),
        new("len", "value", "the length of a text in bytes, or how many elements there are", Length),
        new("and", "value values…", "the first value that is empty, else the last", call => call.Last),
        new("or", "value values…", "the first value that is not empty, else the last", call => call.Last),
        new("not", "value", "whether a value is empty", call => !GoValue.IsTrue(call[0])),
        new("eq", "value others…", "whether a value equals one of the others", AreEqual),
        new("ne", "one other", "whether two values differ", call => GoCompare.AreEqual(call[0], call[1], call.Scope) is { } equal ? !equal : null),
        new("lt", "one other", "whether one is less than the other", call => GoCompare.Order(call[0], call[1], call.Scope) is { } order ? order < 0 : null),
        new("le", "one other", "whether one is at most the other", call => GoCompare.Order(call[0], call[1], call.Scope) is { } order ? order <= 0 : null),
        new("gt", "one other", "whether one is more than the other", call => GoCompare.Order(call[0], call[1], call.Scope) is { } order ? order > 0 : null),
        new("ge", "one other", "whether one is at least the other", call => GoCompare.Order(call[0], call[1], call.Scope) is { } order ? order >= 0 : null),
        new("html", "values…", "escaped for HTML", call => GoEscapes.Html(Joined(call))),
        new("js", "values…", "escaped for a text of JavaScript", call => GoEscapes.JavaScript(Joined(call))),
        new("urlquery", "values…", "escaped for a parameter of a query", call => GoEscapes.Query(Joined(call))),
    ];

    private static object? PrintIndex(FunctionCall call)
    {
        var index = call.Whole(1);
        return call[0] is not GoList list ? ""
            : index < 0 ? call.Fail("the index is negative")
            : index < list.Count ? call.Print(list.Items[index])
            : "";
    }

    private static object? Index(FunctionCall call)
    {
        var value = call[0];
        for (var i = 1; i < call.Count && !call.Scope.Failed; i++)
        {
            value = (value, call[i]) switch
            {
                (GoList list, nint or long or byte) when call.Whole(i) is >= 0 and var at && at < list.Count => list.Items[at],
                (GoMap map, string name) => map.Get(name),
                (string text, nint or long or byte) when call.Whole(i) is >= 0 and var at && at < GoBytes.Length(text) => System.Text.Encoding.UTF8.GetBytes(text)[at],
                (GoList or string, nint or long or byte) => call.Fail("the index is out of range"),
                _ => call.Fail("there is nothing to index, or the index is of another type"),
            };
        }

        return value;
    }

    private static object? Length(FunctionCall call) => call[0] switch
    {
        string text => (nint)GoBytes.Length(text),
        GoList list => (nint)list.Count,
        GoMap map => (nint)map.Count,
        _ => call.Fail("the value has no length"),
    };

    private static object? AreEqual(FunctionCall call)
    {
        if (call.Count < 2)
        {
            return call.Fail("there is nothing to compare with");
        }

        for (var i = 1; i < call.Count; i++)
        {
            if (GoCompare.AreEqual(call[0], call[i], call.Scope) is true or null)
            {
                return !call.Scope.Failed;
            }
        }

        return false;
    }

    // As Go's Sprint does: a blank between two neighbours of which neither is a text.
    private static string Joined(FunctionCall call)
    {
        var text = new System.Text.StringBuilder();
        for (var i = 0; i < call.Count; i++)
        {
            text.Append(i > 0 && call[i] is not string && call[i - 1] is not string ? " " : "").Append(call.Print(call[i]));
        }

        return text.ToString();
    }
}
