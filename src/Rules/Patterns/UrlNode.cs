using System.Runtime.InteropServices;

namespace AuthProxy.Rules.Patterns;

/// <summary>One place in the tree of literal beginnings; what all beginnings below share is written once.</summary>
internal sealed class UrlNode(string label)
{
    private readonly List<char> _firsts = [];
    private readonly List<UrlNode> _children = [];
    private string _label = label;

    /// <summary>The rules whose literal beginning ends here.</summary>
    public UrlBucket Bucket { get; } = new();

    /// <summary>The node of a text below this one, made where there is none.</summary>
    public UrlNode Reach(string text)
    {
        var node = this;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var at = node._firsts.IndexOf(rest[0]);
            var child = at < 0 ? null : node._children[at];
            var shared = child is null ? 0 : child._label.AsSpan().CommonPrefixLength(rest);
            if (child is null)
            {
                child = node.Hang(new UrlNode(rest.ToString()));
                shared = rest.Length;
            }
            else if (shared < child._label.Length)
            {
                child = node._children[at] = child.SplitAt(shared);
            }

            rest = rest[shared..];
            node = child;
        }

        return node;
    }

    /// <summary>The child that the rest of a URL leads to, which is shortened by its label; null where none does.</summary>
    public UrlNode? Next(ref ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty || CollectionsMarshal.AsSpan(_firsts).IndexOf(rest[0]) is not (>= 0 and var at))
        {
            return null;
        }

        var child = _children[at];
        if (!rest.StartsWith(child._label, StringComparison.Ordinal))
        {
            return null;
        }

        rest = rest[child._label.Length..];
        return child;
    }

    private UrlNode Hang(UrlNode child)
    {
        _firsts.Add(child._label[0]);
        _children.Add(child);
        return child;
    }

    /// <summary>A node for the first characters of this one's label, with this one below.</summary>
    private UrlNode SplitAt(int length)
    {
        var above = new UrlNode(_label[..length]);
        _label = _label[length..];
        above.Hang(this);
        return above;
    }
}
