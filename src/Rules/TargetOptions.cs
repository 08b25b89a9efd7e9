namespace AuthProxy.Rules;

/// <summary>How a raw request target is read; a rule set states it (<see cref="RuleSet.TargetOptions"/>).</summary>
public sealed record TargetOptions
{
    /// <summary>Nothing is cleaned and nothing doubtful is accepted.</summary>
    public static readonly TargetOptions Strict = new();

    /// <summary>Accepts <c>%2F</c> inside a segment; the rule that matches must accept it too.</summary>
    public bool AllowEncodedSlash { get; init; }

    /// <summary>Resolves dot segments, <c>//</c> and a trailing slash as Oathkeeper does; the cleaned path is matched and forwarded.</summary>
    public bool OathkeeperCleaning { get; init; }
}
