namespace AuthProxy.Hosting.Configuration;

/// <summary>What a text may cost before it is refused; generous for people, tight for bombs.</summary>
public sealed record ConfigLimits
{
    public static readonly ConfigLimits Default = new();

    /// <summary>Ten thousand rules take about 5 MB.</summary>
    public int MaximumBytes { get; init; } = 32 * 1024 * 1024;

    public int MaximumDepth { get; init; } = 64;

    /// <summary>Nodes that aliases may repeat in one text: enough for shared defaults, nothing for "billion laughs".</summary>
    public int MaximumAliasedNodes { get; init; } = 10_000;
}
