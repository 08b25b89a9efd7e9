namespace AuthProxy.Rules.Patterns;

/// <summary>One place in the tree of literal beginnings while it is made; what all beginnings below share is written once.</summary>
internal sealed class UrlNode(string label)
{
    private readonly List<UrlNode> _children = [];

    public string Label { get; private set; } = label;

    public IReadOnlyList<UrlNode> Children => _children;

    /// <summary>The rules whose URLs end here.</summary>
    public UrlBucket? Whole { get; private set; }

    /// <summary>The rules whose URLs go on from here.</summary>
    public UrlBucket? Open { get; private set; }

    public void Add(UrlBeginning beginning, UrlEntry entry)
    {
        var node = Reach(beginning.Text);
        var bucket = beginning.IsWhole ? node.Whole ??= new UrlBucket() : node.Open ??= new UrlBucket();
        bucket.Add(entry);
    }

    /// <summary>The node of a text below this one, made where there is none.</summary>
    private UrlNode Reach(ReadOnlySpan<char> rest)
    {
        var node = this;
        while (!rest.IsEmpty)
        {
            var first = rest[0];
            var at = node._children.FindIndex(child => child.Label[0] == first);
            if (at < 0)
            {
                at = node._children.Count;
                node._children.Add(new UrlNode(rest.ToString()));
            }

            var shared = node._children[at].Label.AsSpan().CommonPrefixLength(rest);
            node = node._children[at] = node._children[at].SplitAt(shared);
            rest = rest[shared..];
        }

        return node;
    }

    /// <summary>The node for the first characters of this one's label: itself, or a new one above it.</summary>
    private UrlNode SplitAt(int length)
    {
        if (length == Label.Length)
        {
            return this;
        }

        var above = new UrlNode(Label[..length]);
        Label = Label[length..];
        above._children.Add(this);
        return above;
    }
}
