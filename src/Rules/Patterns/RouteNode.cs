namespace AuthProxy.Rules.Patterns;

/// <summary>One place in the tree of path segments.</summary>
internal sealed class RouteNode
{
    private Dictionary<string, RouteNode>? _literals;
    private RouteNode? _anySegment;
    private RouteMethods? _here;
    private RouteMethods? _subtree;

    public RouteNode Below(PathSegment segment)
    {
        if (segment.Literal is null)
        {
            return _anySegment ??= new RouteNode();
        }

        _literals ??= new Dictionary<string, RouteNode>(StringComparer.OrdinalIgnoreCase);
        if (!_literals.TryGetValue(segment.Literal, out var node))
        {
            _literals.Add(segment.Literal, node = new RouteNode());
        }

        return node;
    }

    /// <summary>Adds a rule that ends here; gives back the one that it ties with.</summary>
    public Rule? Add(Rule rule, RoutePattern route) =>
        (route.Path.Subtree ? _subtree ??= new RouteMethods() : _here ??= new RouteMethods()).Add(rule, route.Methods);

    public RuleLookup.One? Find(ReadOnlySpan<char> rest, string method)
    {
        var walk = new PathWalk(rest);
        if (!walk.MoveNext())
        {
            return _here?.Find(method) ?? _subtree?.Find(method);
        }

        return FindLiteral(walk, method) ?? _anySegment?.Find(walk.Rest, method) ?? _subtree?.Find(method);
    }

    private RuleLookup.One? FindLiteral(PathWalk walk, string method) =>
        _literals is not null && _literals.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(walk.Current, out var node)
            ? node.Find(walk.Rest, method)
            : null;
}
