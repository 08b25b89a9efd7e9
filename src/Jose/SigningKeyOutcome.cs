namespace AuthProxy.Jose;

/// <summary>What came of reading a private key.</summary>
public abstract record SigningKeyOutcome
{
    private SigningKeyOutcome()
    {
    }

    /// <summary>It is a key that can sign.</summary>
    /// <param name="Key">The key.</param>
    public sealed record Loaded(SigningKey Key) : SigningKeyOutcome;

    /// <summary>It is none.</summary>
    /// <param name="Why">For the operator; holds nothing of the key.</param>
    public sealed record Faulty(string Why) : SigningKeyOutcome;
}
