using System.Globalization;
using System.Text;

namespace AuthProxy.Rules.Grants;

/// <summary>Reads a JSONPath of the subset.</summary>
internal sealed class JsonPathReader(string text)
{
    private int at;
    private string fault = "";

    public JsonPathStep[]? Read(out string why)
    {
        var steps = new List<JsonPathStep>();
        if (!Take("$"))
        {
            why = "must begin with '$'";
            return null;
        }

        while (at < text.Length && ReadStep() is { } step)
        {
            steps.Add(step);
        }

        if (fault.Length == 0 && at < text.Length)
        {
            fault = $"is not understood from '{text[at..]}' on";
        }

        if (fault.Length == 0 && steps.Count > JsonPath.MaximumSteps)
        {
            fault = $"has more than {JsonPath.MaximumSteps} steps";
        }

        why = fault;
        return fault.Length == 0 ? [.. steps] : null;
    }

    private JsonPathStep? ReadStep()
    {
        var descends = Take("..");
        if (!descends && !Take("."))
        {
            return ReadBracket(false);
        }

        return text.AsSpan(at).StartsWith("[") && descends ? ReadBracket(true)
            : Take("*") ? new JsonPathStep(null, null, descends)
            : ReadShorthand(descends);
    }

    private JsonPathStep? ReadShorthand(bool descends)
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_' || text[at] >= 0x80))
        {
            at++;
        }

        if (at == start || char.IsAsciiDigit(text[start]))
        {
            at = start;
            return Fail("needs a name of letters, digits and '_' behind a dot; write others as ['…']");
        }

        return new JsonPathStep(text[start..at], null, descends);
    }

    private JsonPathStep? ReadBracket(bool descends)
    {
        if (!Take("["))
        {
            return null;
        }

        JsonPathStep? step =
            Take("*") ? new JsonPathStep(null, null, descends)
            : at < text.Length && text[at] is '\'' or '"' ? ReadQuoted(descends)
            : ReadIndex(descends);

        return step is null || Take("]") ? step : Fail("lacks a ']'; unions, slices and filters are not supported");
    }

    private JsonPathStep? ReadIndex(bool descends)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        var digits = text[start..at];
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && (digits.Length == 1 || digits[0] != '0')
            ? new JsonPathStep(null, index, descends)
            : Fail("needs '*', an index from 0 or a quoted name between brackets");
    }

    private JsonPathStep? ReadQuoted(bool descends)
    {
        var quote = text[at++];
        var name = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            // Of the RFC's escapes only those for what could not be written otherwise.
            if (text[at] == '\\' && (++at >= text.Length || text[at] is not ('\\' or '\'' or '"')))
            {
                return Fail("knows no other escapes than \\\\, \\' and \\\"");
            }

            name.Append(text[at++]);
        }

        return at++ < text.Length ? new JsonPathStep(name.ToString(), null, descends) : Fail("lacks a closing quotation mark");
    }

    private JsonPathStep? Fail(string why)
    {
        fault = why;
        return null;
    }

    private bool Take(string expected)
    {
        if (!text.AsSpan(at).StartsWith(expected, StringComparison.Ordinal))
        {
            return false;
        }

        at += expected.Length;
        return true;
    }
}
