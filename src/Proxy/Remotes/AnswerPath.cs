using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AuthProxy.Proxy.Remotes;

/// <summary>
/// Where something stands in a service's JSON answer, in the part of GJSON that names one place: keys and list indexes with dots
/// between them, a backslash before a character that is meant itself, <c>@this</c> for the whole answer.
/// </summary>
internal sealed class AnswerPath
{
    private const string Whole = "@this";

    private readonly IReadOnlyList<Step> _steps;
    private readonly string _text;

    private AnswerPath(IReadOnlyList<Step> steps, string text) => (_steps, _text) = (steps, text);

    /// <summary>False where the text is something else of GJSON, or nothing of it; <paramref name="why"/> says what would be right.</summary>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out AnswerPath path, [NotNullWhen(false)] out string? why)
    {
        path = null;
        var steps = new List<Step>();
        for (var begin = 0; begin <= text.Length;)
        {
            var end = EndOf(text, begin);
            if (text[begin..end] != Whole || begin > 0)
            {
                if (WhyNot(text, begin, end) is { } fault)
                {
                    why = fault;
                    return false;
                }

                steps.Add(Step.Of(text[begin..end]));
            }

            begin = end + 1;
        }

        path = new AnswerPath(steps, text);
        why = null;
        return true;
    }

    /// <summary>What stands there; null where nothing does, which a JSON null is too.</summary>
    public JsonElement? Find(JsonElement answer)
    {
        var current = answer;
        foreach (var step in _steps)
        {
            if (current.ValueKind == JsonValueKind.Object && current.TryGetProperty(step.Key, out var member))
            {
                current = member;
            }
            else if (current.ValueKind == JsonValueKind.Array && step.Index is { } index && index < current.GetArrayLength())
            {
                current = current[index];
            }
            else
            {
                return null;
            }
        }

        return current.ValueKind == JsonValueKind.Null ? null : current;
    }

    public override string ToString() => _text;

    /// <summary>The next dot that no backslash stands before, or the end.</summary>
    private static int EndOf(string text, int begin)
    {
        var end = begin;
        while (end < text.Length && text[end] != '.')
        {
            end += text[end] == '\\' ? 2 : 1;
        }

        return Math.Min(end, text.Length);
    }

    private static string? WhyNot(string text, int begin, int end)
    {
        if (begin == end)
        {
            return "holds an empty part; write keys with one dot between them";
        }

        if (text[begin] is '@' or '!' or '{' or '[')
        {
            return $"has a part that begins with {text[begin]}, which is more of GJSON than is read here; write a backslash before it if it belongs to a key (only @this alone is understood, at the beginning)";
        }

        for (var index = begin; index < end; index++)
        {
            if (text[index] == '\\')
            {
                index++;
            }
            else if (text[index] is '|' or '#' or '*' or '?')
            {
                return $"holds {text[index]}, which is more of GJSON than is read here; write a backslash before it if it belongs to a key";
            }
        }

        return null;
    }

    /// <param name="Key">The member's name where the place is an object.</param>
    /// <param name="Index">The position where it is a list.</param>
    private sealed record Step(string Key, int? Index)
    {
        public static Step Of(string written)
        {
            var key = new StringBuilder(written.Length);
            for (var index = 0; index < written.Length; index++)
            {
                index += written[index] == '\\' && index + 1 < written.Length ? 1 : 0;
                key.Append(written[index]);
            }

            return new Step(key.ToString(), int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : null);
        }
    }
}
