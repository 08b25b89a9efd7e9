using AuthProxy.Rules.Patterns.Linear;

namespace AuthProxy.Rules.Patterns;

/// <summary>Strategy <c>glob</c>: globs between the brackets, and no captures.</summary>
internal sealed class GlobPatternReader : UrlPatternReader
{
    private protected override (PatternNode Root, UrlMatcher Matcher)? TryRead(IReadOnlyList<DelimitedPart> parts, out string fault)
    {
        fault = "";
        var nodes = new List<PatternNode>(parts.Count);
        foreach (var part in parts)
        {
            if (!part.IsPattern)
            {
                nodes.Add(new PatternNode.Text(part.Text));
            }
            else if (GlobSyntax.TryRead(part.Text, out fault) is { } glob)
            {
                nodes.Add(glob);
            }
            else
            {
                return null;
            }
        }

        var root = PatternNode.InSequence(nodes);
        if (LinearProgram.TryCompile(root, new GroupNumbers()) is { } program)
        {
            return (root, new LinearMatcher(program));
        }

        fault = "has more alternatives than a pattern may have; write several rules";
        return null;
    }
}
