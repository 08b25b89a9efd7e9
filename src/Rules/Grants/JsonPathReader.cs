using System.Globalization;
using System.Text;

namespace AuthProxy.Rules.Grants;

/// <summary>Reads a JSONPath of the subset.</summary>
internal sealed class JsonPathReader(string text)
{
    private int _at;
    private string _fault = "";

    public JsonPathStep[]? Read(out string why)
    {
        var steps = new List<JsonPathStep>();
        if (!Take("$"))
        {
            why = "must begin with '$'";
            return null;
        }

        while (_at < text.Length && ReadStep() is { } step)
        {
            steps.Add(step);
        }

        if (_fault.Length == 0 && _at < text.Length)
        {
            _fault = $"is not understood from '{text[_at..]}' on";
        }

        if (_fault.Length == 0 && steps.Count > JsonPath.MaximumSteps)
        {
            _fault = $"has more than {JsonPath.MaximumSteps} steps";
        }

        why = _fault;
        return _fault.Length == 0 ? [.. steps] : null;
    }

    private JsonPathStep? ReadStep()
    {
        var descends = Take("..");
        if (!descends && !Take("."))
        {
            return ReadBracket(false);
        }

        return text.AsSpan(_at).StartsWith("[") && descends ? ReadBracket(true)
            : Take("*") ? new JsonPathStep(null, null, descends)
            : ReadShorthand(descends);
    }

    private JsonPathStep? ReadShorthand(bool descends)
    {
        var start = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_' || text[_at] >= 0x80))
        {
            _at++;
        }

        if (_at == start || char.IsAsciiDigit(text[start]))
        {
            _at = start;
            return Fail("needs a name of letters, digits and '_' behind a dot; write others as ['…']");
        }

        return new JsonPathStep(text[start.._at], null, descends);
    }

    private JsonPathStep? ReadBracket(bool descends)
    {
        if (!Take("["))
        {
            return null;
        }

        JsonPathStep? step =
            Take("*") ? new JsonPathStep(null, null, descends)
            : _at < text.Length && text[_at] is '\'' or '"' ? ReadQuoted(descends)
            : ReadIndex(descends);

        return step is null || Take("]") ? step : Fail("lacks a ']'; unions, slices and filters are not supported");
    }

    private JsonPathStep? ReadIndex(bool descends)
    {
        var start = _at;
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }

        var digits = text[start.._at];
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && (digits.Length == 1 || digits[0] != '0')
            ? new JsonPathStep(null, index, descends)
            : Fail("needs '*', an index from 0 or a quoted name between brackets");
    }

    private JsonPathStep? ReadQuoted(bool descends)
    {
        var quote = text[_at++];
        var name = new StringBuilder();
        while (_at < text.Length && text[_at] != quote)
        {
            // Of the RFC's escapes only those for what could not be written otherwise.
            if (text[_at] == '\\' && (++_at >= text.Length || text[_at] is not ('\\' or '\'' or '"')))
            {
                return Fail("knows no other escapes than \\\\, \\' and \\\"");
            }

            name.Append(text[_at++]);
        }

        return _at++ < text.Length ? new JsonPathStep(name.ToString(), null, descends) : Fail("lacks a closing quotation mark");
    }

    private JsonPathStep? Fail(string why)
    {
        _fault = why;
        return null;
    }

    private bool Take(string expected)
    {
        if (!text.AsSpan(_at).StartsWith(expected, StringComparison.Ordinal))
        {
            return false;
        }

        _at += expected.Length;
        return true;
    }
}
