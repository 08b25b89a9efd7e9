namespace AuthProxy.Rules.Loading;

/// <summary>The text of one rule file, wherever it came from.</summary>
/// <param name="Name">What faults call it: a path, or an address without its secrets.</param>
/// <param name="Utf8">The text as it came.</param>
/// <param name="Limits">What its rules may speak about.</param>
public sealed record RuleText(string Name, ReadOnlyMemory<byte> Utf8, RuleSourceLimits Limits);
