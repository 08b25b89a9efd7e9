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
    /// Addresses and paths, character for character, that rules may have handlers call, take keys from or send browsers to; null: any where the source has
    /// no other limit, else none. What the service's own file names needs no leave.
    /// </summary>
    public IReadOnlyList<string>? Destinations { get; init; }

    /// <summary>
    /// Headers (<c>X-Bank-User</c>) and beginnings of headers (<c>X-Bank-*</c>) that rules may set: a name that one rule sets is taken from the clients of all.
    /// Null: any where the source has no other limit, else <c>X-</c> names but those that clients themselves commonly send.
    /// </summary>
    public IReadOnlyList<string>? Headers { get; init; }

    /// <summary>Whether the source may speak about everything.</summary>
    public bool AreNone => this is { Hosts: null, Upstreams: null, Audiences: null, Destinations: null, Headers: null };
}
