using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Functions;

/// <summary>A regular expression of a template's.</summary>
internal sealed class GoRegex
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMilliseconds(250);

    private readonly Regex _regex;
    private readonly IReadOnlyList<string?> _groups;

    private GoRegex(Regex regex, IReadOnlyList<string?> groups)
    {
        _regex = regex;
        _groups = groups;
    }

    /// <summary>Null where the pattern cannot be used; then <paramref name="fault"/> says why.</summary>
    public static GoRegex? TryCompile(string pattern, out string fault)
    {
        if (GoRegexDialect.TryTranslate(pattern, out var groups, out fault) is not { } translated)
        {
            return null;
        }

        try
        {
            return new GoRegex(new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeLimit), groups);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            // What only backtracking can match (look-around, references to groups) RE2 does not know either.
            fault = "is no regular expression of RE2's";
            return null;
        }
    }

    public static string QuoteMeta(string text)
    {
        var quoted = new StringBuilder(text.Length + 8);
        foreach (var character in text)
        {
            quoted.Append(@"\.+*?()|[]{}^$".Contains(character) ? "\\" : "").Append(character);
        }

        return quoted.ToString();
    }

    public bool IsMatch(string text, FunctionCall call) => Guard(call, () => _regex.IsMatch(text), false);

    public string Find(string text, FunctionCall call) => Guard(call, () => _regex.Match(text).Value, "");

    public GoList FindAll(string text, int count, FunctionCall call)
    {
        var found = Matches(text, count, call).ConvertAll(match => match.Value);
        return found.Count == 0 ? GoList.NilTexts : GoList.Texts(found);
    }

    /// <param name="text">What is searched.</param>
    /// <param name="replacement">What stands for each match.</param>
    /// <param name="expands">Whether groups are named in it.</param>
    /// <param name="call">Who asks.</param>
    public string Replace(string text, string replacement, bool expands, FunctionCall call)
    {
        var replaced = new StringBuilder(text.Length);
        var at = 0;
        foreach (var match in Matches(text, -1, call))
        {
            replaced.Append(text, at, match.Index - at).Append(expands ? Expand(match, replacement) : replacement);
            at = match.Index + match.Length;
            if (!call.Allows(replaced.Length))
            {
                return "";
            }
        }

        return replaced.Append(text, at, text.Length - at).ToString();
    }

    public GoList Split(string text, int count, FunctionCall call)
    {
        if (count == 0)
        {
            return GoList.NilTexts;
        }

        var parts = new List<string>();
        var at = 0;
        foreach (var match in Matches(text, -1, call))
        {
            // An empty match at the very beginning separates nothing from the text.
            if (match.Index + match.Length == 0)
            {
                continue;
            }

            if (count > 0 && parts.Count == count - 1 || (match.Length == 0 && match.Index == text.Length))
            {
                break;
            }

            parts.Add(text[at..match.Index]);
            at = match.Index + match.Length;
        }

        return GoList.Texts([.. parts, text[at..]]);
    }

    private List<Match> Matches(string text, int count, FunctionCall call) => Guard(
        call,
        () =>
        {
            var found = new List<Match>();
            var end = -1;
            for (var match = _regex.Match(text); match.Success && found.Count != count && call.AllowsItems(found.Count == 0 ? 1 : found.Count % 64 == 0 ? found.Count : 1); match = match.NextMatch())
            {
                // Go takes no empty match that touches the match before.
                if (match.Length > 0 || match.Index != end)
                {
                    found.Add(match);
                    end = match.Index + match.Length;
                }
            }

            return found;
        },
        []);

    private static T Guard<T>(FunctionCall call, Func<T> match, T instead)
    {
        try
        {
            return match();
        }
        catch (RegexMatchTimeoutException)
        {
            call.Fail("the pattern came to no answer in time");
            return instead;
        }
    }

    /// <summary><c>$name</c> takes as many letters, digits and underscores as there are; a group that there is not is empty.</summary>
    private string Expand(Match match, string replacement)
    {
        var expanded = new StringBuilder(replacement.Length);
        for (var at = 0; at < replacement.Length; at++)
        {
            var next = at + 1 < replacement.Length ? replacement[at + 1] : '\0';
            var braced = next == '{';
            var start = at + (braced ? 2 : 1);
            var end = start;
            while (end < replacement.Length && (char.IsLetterOrDigit(replacement[end]) || replacement[end] == '_'))
            {
                end++;
            }

            if (replacement[at] != '$' || (next != '$' && (end == start || (braced && (end == replacement.Length || replacement[end] != '}')))))
            {
                expanded.Append(replacement[at]);
            }
            else if (next == '$')
            {
                expanded.Append('$');
                at++;
            }
            else
            {
                expanded.Append(Group(match, replacement[start..end]));
                at = braced ? end : end - 1;
            }
        }

        return expanded.ToString();
    }

    private string Group(Match match, string name)
    {
        var number = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : IndexOf(name);
        return number >= 0 && number < match.Groups.Count ? match.Groups[number].Value : "";
    }

    private int IndexOf(string name)
    {
        for (var i = 0; i < _groups.Count; i++)
        {
            if (_groups[i] == name)
            {
                return i + 1;
            }
        }

        return -1;
    }
}
