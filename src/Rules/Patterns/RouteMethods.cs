namespace AuthProxy.Rules.Patterns;

/// <summary>The rules of one place by method; one that names the method goes before one that names none.</summary>
internal sealed class RouteMethods
{
    private readonly Dictionary<string, RuleLookup.One> _byMethod = new(StringComparer.OrdinalIgnoreCase);
    private RuleLookup.One? _anyMethod;

    public Rule? Add(Rule rule, IReadOnlyList<string> methods)
    {
        var answer = new RuleLookup.One(rule);
        if (methods.Count == 0)
        {
            var earlier = _anyMethod;
            _anyMethod ??= answer;
            return earlier?.Rule;
        }

        Rule? tie = null;
        foreach (var method in methods)
        {
            if (!_byMethod.TryAdd(method, answer))
            {
                tie = _byMethod[method].Rule;
            }
        }

        return tie;
    }

    public RuleLookup.One? Find(string method) => _byMethod.GetValueOrDefault(method) ?? _anyMethod;
}
