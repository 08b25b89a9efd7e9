namespace AuthProxy.Rules.Patterns;

/// <summary>
/// Finds the rules of Oathkeeper's form that a URL can match, whatever their number: by the literal text that they begin with,
/// and where many begin alike, by a rare literal that they hold further on.
/// </summary>
internal sealed class UrlIndex
{
    private readonly Node[] _nodes;

    /// <summary>The first character of each node's label, so that siblings are searched in one go.</summary>
    private readonly char[] _firsts;

    public UrlIndex(IEnumerable<UrlEntry> entries)
    {
        var root = new UrlNode("");
        foreach (var entry in entries)
        {
            foreach (var beginning in entry.Pattern.Beginnings)
            {
                root.Add(beginning, entry);
            }
        }

        (_nodes, _firsts) = Flatten(root);
    }

    public RuleLookup Find(in MatchUrl url, string method) => Ask(url, method).ToLookup();

    /// <summary>How many rules a request costs the asking.</summary>
    internal int CountAsked(in MatchUrl url, string method) => Ask(url, method).Asked;

    private UrlQuestion Ask(in MatchUrl url, string method)
    {
        var question = new UrlQuestion(url, method);
        var rest = url.Text;
        for (var at = 0; at >= 0; at = Next(at, ref rest))
        {
            ref readonly var node = ref _nodes[at];
            node.Open?.Answer(ref question);
            if (rest.IsEmpty)
            {
                node.Whole?.Answer(ref question);
            }
        }

        return question;
    }

    /// <summary>The child that the rest of a URL leads to, which is shortened by its label; negative where none does.</summary>
    private int Next(int at, ref ReadOnlySpan<char> rest)
    {
        var (first, count) = (_nodes[at].FirstChild, _nodes[at].Children);
        if (rest.IsEmpty || _firsts.AsSpan(first, count).IndexOf(rest[0]) is not (>= 0 and var child))
        {
            return -1;
        }

        var label = _nodes[first + child].Label;
        rest = rest[1..];
        if (!rest.StartsWith(label, StringComparison.Ordinal))
        {
            return -1;
        }

        rest = rest[label.Length..];
        return first + child;
    }

    private static (Node[] Nodes, char[] Firsts) Flatten(UrlNode root)
    {
        var queue = new List<UrlNode> { root };
        var nodes = new List<Node>();
        for (var i = 0; i < queue.Count; i++)
        {
            var made = queue[i];
            made.Open?.Settle();
            made.Whole?.Settle();
            nodes.Add(new Node(made.Label.Length == 0 ? "" : made.Label[1..], queue.Count, made.Children.Count, made.Open, made.Whole));
            queue.AddRange(made.Children);
        }

        return ([.. nodes], [.. queue.Select(node => node.Label.Length == 0 ? '\0' : node.Label[0])]);
    }

    /// <param name="Label">What follows the node's first character.</param>
    /// <param name="FirstChild">Where its children stand, one after the other.</param>
    /// <param name="Children">How many.</param>
    /// <param name="Open">The rules whose URLs go on from here.</param>
    /// <param name="Whole">The rules whose URLs end here.</param>
    private readonly record struct Node(string Label, int FirstChild, int Children, UrlBucket? Open, UrlBucket? Whole);
}
