namespace AuthProxy.Rules;

/// <summary>What the rules of one source may speak about; outside is a load error, so that team A cannot write a rule for team B.</summary>
public sealed record RuleSourceLimits
{
    /// <summary>No limits.</summary>
    public static readonly RuleSourceLimits None = new();

    /// <summary>Hosts (<c>bank.example.com</c>) and wildcards (<c>*.example.com</c>) that patterns may name; null: any.</summary>
    public IReadOnlyList<string>? Hosts { get; init; }

    /// <summary>Upstreams as <c>scheme://host:port</c>, or the word <c>tokenizer</c>; null: any.</summary>
    public IReadOnlyList<string>? Upstreams { get; init; }

    /// <summary>Audiences for which rules may have assertions signed; null: any. Towards the Tokenizer the audience is never a rule's choice.</summary>
    public IReadOnlyList<string>? Audiences { get; init; }

    /// <summary>
    /// Addresses and <c>file://</c> paths, character for character, from which handlers may take keys because a rule says so; null: any where the source has
    /// no other limit, else none. What the service's own file names needs no leave.
    /// </summary>
    public IReadOnlyList<string>? Destinations { get; init; }
}
