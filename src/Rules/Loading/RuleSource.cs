namespace AuthProxy.Rules.Loading;

/// <summary>A file with rules, or a folder of such files.</summary>
/// <param name="Path">The file or folder.</param>
public sealed record RuleSource(string Path)
{
    /// <summary>What its rules may speak about.</summary>
    public RuleSourceLimits Limits { get; init; } = RuleSourceLimits.None;
}

/// <summary>How Oathkeeper's URL patterns are read (<c>access_rules.matching_strategy</c>).</summary>
public enum MatchingStrategy
{
    /// <summary>Regular expressions between angle brackets.</summary>
    Regexp,

    /// <summary>Globs between angle brackets.</summary>
    Glob,
}
