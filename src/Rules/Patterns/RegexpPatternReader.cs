using System.Text;
using System.Text.RegularExpressions;
using AuthProxy.Rules.Patterns.Linear;

namespace AuthProxy.Rules.Patterns;

/// <summary>Strategy <c>regexp</c>: regular expressions between the brackets, each of them a capture.</summary>
internal sealed class RegexpPatternReader : UrlPatternReader
{
    /// <summary>Automata cost too much for every rule to have one.</summary>
    private const int MostAutomata = 100;

    private readonly HashSet<string> _automata = new(StringComparer.Ordinal);

    private protected override (PatternNode Root, UrlMatcher Matcher)? TryRead(IReadOnlyList<DelimitedPart> parts, out string fault)
    {
        fault = "";
        var groups = new GroupNumbers();
        var nodes = new List<PatternNode>(parts.Count);
        var whole = new StringBuilder(@"\A(?:");
        foreach (var part in parts)
        {
            if (!part.IsPattern)
            {
                nodes.Add(new PatternNode.Text(part.Text));
                whole.Append(Regex.Escape(part.Text));
                continue;
            }

            if (RegexpDialect.TryTranslate(part.Text, out fault) is not { } translated || TryReadSegment(translated, groups, out fault) is not { } segment)
            {
                return null;
            }

            nodes.Add(segment);
            whole.Append('(').Append(translated).Append(')');
        }

        var root = PatternNode.InSequence(nodes);
        if (LinearProgram.TryCompile(root, groups) is { } program)
        {
            return (root, new LinearMatcher(program));
        }

        // "$" would also match before a final line feed.
        return TryCompile(whole.Append(@")\z").ToString(), out fault) is { } regex ? (root, new RegexMatcher(regex)) : null;
    }

    private static PatternNode.Group? TryReadSegment(string text, GroupNumbers groups, out string fault)
    {
        fault = "";
        var ordinal = groups.TakeUnnamed();
        var node = RegexpSyntax.TryRead(text, groups);

        // Each on its own first: "a)(b" would only balance in company.
        return node is not null || RegexMatcher.TryCompile(text, RegexOptions.None, out fault) is not null
            ? new PatternNode.Group(ordinal, Named: false, node ?? PatternNode.Foreign.Instance)
            : null;
    }

    private Regex? TryCompile(string pattern, out string fault)
    {
        if (RegexMatcher.TryCompile(pattern, RegexOptions.None, out fault) is not { } interpreted)
        {
            return null;
        }

        var mayHaveAutomaton = NestedRepetition.IsIn(pattern) && (_automata.Count < MostAutomata || _automata.Contains(pattern));
        if (!mayHaveAutomaton || SharedAutomata.TryGet(pattern) is not { } automaton)
        {
            return interpreted;
        }

        _automata.Add(pattern);
        return automaton;
    }
}
