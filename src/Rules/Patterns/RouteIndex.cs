using System.Diagnostics.CodeAnalysis;

namespace AuthProxy.Rules.Patterns;

/// <summary>
/// Finds the most specific rule of our form: an exact host before <c>*.host</c> (the longest first) before any host; then
/// segment by segment a literal before <c>{name}</c> and <c>*</c> before <c>**</c>; then rules that name the method.
/// </summary>
internal sealed class RouteIndex
{
    private readonly Dictionary<string, RouteNode> _exactHosts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RouteNode> _hostsBelow = new(StringComparer.Ordinal);
    private readonly RouteNode _anyHost = new();

    /// <summary>Adds a rule; gives back the rule that is exactly as specific for the same requests, if there is one.</summary>
    public Rule? Add(Rule rule, RoutePattern route)
    {
        var node = Root(route.Host);
        foreach (var segment in route.Path.Segments)
        {
            node = node.Below(segment);
        }

        return node.Add(rule, route);
    }

    public RuleLookup.One? Find(ReadOnlySpan<char> host, ReadOnlySpan<char> matchPath, string method)
    {
        if (_exactHosts.Count > 0 && TryRoot(_exactHosts, host, out var exact) && exact.Find(matchPath, method) is { } byName)
        {
            return byName;
        }

        var name = host;
        while (_hostsBelow.Count > 0 && name.IndexOf('.') is >= 0 and var dot)
        {
            name = name[(dot + 1)..];
            if (dot > 0 && TryRoot(_hostsBelow, name, out var below) && below.Find(matchPath, method) is { } byWildcard)
            {
                return byWildcard;
            }
        }

        return _anyHost.Find(matchPath, method);
    }

    private RouteNode Root(HostPattern host)
    {
        if (host.Name is null)
        {
            return _anyHost;
        }

        var hosts = host.Below ? _hostsBelow : _exactHosts;
        if (!hosts.TryGetValue(host.Name, out var root))
        {
            hosts.Add(host.Name, root = new RouteNode());
        }

        return root;
    }

    private static bool TryRoot(Dictionary<string, RouteNode> hosts, ReadOnlySpan<char> host, [MaybeNullWhen(false)] out RouteNode root) =>
        hosts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(host, out root);
}
