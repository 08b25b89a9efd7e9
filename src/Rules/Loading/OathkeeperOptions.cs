namespace AuthProxy.Rules.Loading;

/// <summary>How Oathkeeper's form is read where the service's configuration has a choice; our own form has none.</summary>
public sealed record OathkeeperOptions
{
    /// <summary>What holds unless something else is asked for.</summary>
    public static readonly OathkeeperOptions Default = new();

    /// <summary>How URL patterns are written.</summary>
    public MatchingStrategy Strategy { get; init; }

    /// <summary>
    /// Lets a rule with faults of its own into the set: it still matches and refuses who reaches the fault, as the original does. Otherwise one fault keeps
    /// the whole set from going into force.
    /// </summary>
    public bool KeepInvalidRules { get; init; }

    /// <summary>Whether <c>strip_path</c> is taken out wherever it first occurs, as the original does, instead of in front only.</summary>
    public bool StripFirstOccurrence { get; init; }
}
