namespace AuthProxy.Jose;

/// <summary>What came of loading a folder of signing keys.</summary>
public abstract record SigningKeyRingOutcome
{
    private SigningKeyRingOutcome()
    {
    }

    /// <summary>There is at least one key.</summary>
    /// <param name="Ring">The keys.</param>
    public sealed record Loaded(SigningKeyRing Ring) : SigningKeyRingOutcome;

    /// <summary>There is none, or one of the two newest cannot be read.</summary>
    /// <param name="Why">For the operator; names the file and holds nothing of it.</param>
    public sealed record Faulty(string Why) : SigningKeyRingOutcome;
}
