namespace AuthProxy.Proxy.Authentication.Tokens;

/// <summary>How granted scopes cover required ones.</summary>
internal enum ScopeStrategy
{
    /// <summary>Not at all: a required scope is then never granted.</summary>
    None,

    /// <summary>Character for character.</summary>
    Exact,

    /// <summary>A granted <c>foo</c> covers <c>foo.bar</c> too.</summary>
    Hierarchic,

    /// <summary>A granted <c>foo.*</c> covers <c>foo.bar</c> and <c>foo.bar.baz</c>.</summary>
    Wildcard,
}

internal static class ScopeStrategies
{
    /// <summary>The words for <c>scope_strategy</c>.</summary>
    public static readonly (string Word, ScopeStrategy Value)[] Words =
        [("none", ScopeStrategy.None), ("exact", ScopeStrategy.Exact), ("hierarchic", ScopeStrategy.Hierarchic), ("wildcard", ScopeStrategy.Wildcard)];

    public static bool Covers(this ScopeStrategy strategy, IReadOnlyList<string> granted, string required) => strategy switch
    {
        ScopeStrategy.Exact => granted.Contains(required, StringComparer.Ordinal),
        ScopeStrategy.Hierarchic => granted.Any(scope => required == scope || (scope.Length > 0 && required.StartsWith(scope + ".", StringComparison.Ordinal))),
        ScopeStrategy.Wildcard => granted.Any(scope => CoversWithStars(scope, required)),
        _ => false,
    };

    // A star stands for a part that is not empty; the last one for all parts that follow.
    private static bool CoversWithStars(string granted, string required)
    {
        var (pattern, parts) = (granted.Split('.'), required.Split('.'));
        if (pattern.Length > parts.Length || parts.Any(part => part.Length == 0))
        {
            return false;
        }

        for (var index = 0; index < pattern.Length; index++)
        {
            if (pattern[index] != "*" && pattern[index] != parts[index])
            {
                return false;
            }
        }

        return pattern.Length == parts.Length || pattern[^1] == "*";
    }
}
