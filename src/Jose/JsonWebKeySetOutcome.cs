namespace AuthProxy.Jose;

/// <summary>What came of reading a key set.</summary>
public abstract record JsonWebKeySetOutcome
{
    private JsonWebKeySetOutcome()
    {
    }

    /// <summary>It is a key set, perhaps with keys left out.</summary>
    /// <param name="Set">The set.</param>
    public sealed record Parsed(JsonWebKeySet Set) : JsonWebKeySetOutcome;

    /// <summary>It is none.</summary>
    /// <param name="Why">For the operator.</param>
    public sealed record Malformed(string Why) : JsonWebKeySetOutcome;
}
