namespace AuthProxy.Rules.Patterns;

/// <summary>One place in the tree of path segments.</summary>
internal sealed class RouteNode
{
    private Dictionary<string, RouteNode>? literals;
    private RouteNode? anySegment;
    private RouteMethods? here;
    private RouteMethods? subtree;

    public RouteNode Below(PathSegment segment)
    {
        if (segment.Literal is null)
        {
            return anySegment ??= new RouteNode();
        }

        literals ??= new Dictionary<string, RouteNode>(StringComparer.OrdinalIgnoreCase);
        if (!literals.TryGetValue(segment.Literal, out var node))
        {
            literals.Add(segment.Literal, node = new RouteNode());
        }

        return node;
    }

    /// <summary>Adds a rule that ends here; gives back the one that it ties with.</summary>
    public Rule? Add(Rule rule, RoutePattern route) =>
        (route.Path.Subtree ? subtree ??= new RouteMethods() : here ??= new RouteMethods()).Add(rule, route.Methods);

    public RuleLookup.One? Find(ReadOnlySpan<char> rest, string method)
    {
        var walk = new PathWalk(rest);
        if (!walk.MoveNext())
        {
            return here?.Find(method) ?? subtree?.Find(method);
        }

        return FindLiteral(walk, method) ?? anySegment?.Find(walk.Rest, method) ?? subtree?.Find(method);
    }

    private RuleLookup.One? FindLiteral(PathWalk walk, string method) =>
        literals is not null && literals.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(walk.Current, out var node)
            ? node.Find(walk.Rest, method)
            : null;
}
