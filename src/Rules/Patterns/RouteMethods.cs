namespace AuthProxy.Rules.Patterns;

/// <summary>The rules of one place by method; one that names the method goes before one that names none.</summary>
internal sealed class RouteMethods
{
    private readonly Dictionary<string, RuleLookup.One> byMethod = new(StringComparer.OrdinalIgnoreCase);
    private RuleLookup.One? anyMethod;

    public Rule? Add(Rule rule, IReadOnlyList<string> methods)
    {
        var answer = new RuleLookup.One(rule);
        if (methods.Count == 0)
        {
            var earlier = anyMethod;
            anyMethod ??= answer;
            return earlier?.Rule;
        }

        Rule? tie = null;
        foreach (var method in methods)
        {
            if (!byMethod.TryAdd(method, answer))
            {
                tie = byMethod[method].Rule;
            }
        }

        return tie;
    }

    public RuleLookup.One? Find(string method) => byMethod.GetValueOrDefault(method) ?? anyMethod;
}
