namespace AuthProxy.Jose;

/// <summary>What came of reading a set of signing keys.</summary>
public abstract record SigningKeySetOutcome
{
    private SigningKeySetOutcome()
    {
    }

    /// <summary>There is a key that signs.</summary>
    /// <param name="Set">The keys.</param>
    public sealed record Loaded(SigningKeySet Set) : SigningKeySetOutcome;

    /// <summary>There is none.</summary>
    /// <param name="Why">For the operator; holds nothing of a key.</param>
    public sealed record Faulty(string Why) : SigningKeySetOutcome;
}
