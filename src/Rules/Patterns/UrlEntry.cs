namespace AuthProxy.Rules.Patterns;

/// <summary>A rule in the index, with the answer made in advance.</summary>
internal readonly record struct UrlEntry(UrlPattern Pattern, RuleLookup.One Answer);
