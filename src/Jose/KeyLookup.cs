namespace AuthProxy.Jose;

/// <summary>What a key source found for a token.</summary>
public abstract record KeyLookup
{
    private KeyLookup()
    {
    }

    /// <summary>Keys that may have signed it.</summary>
    /// <param name="Keys">At least one, each fit for the algorithm.</param>
    public sealed record Found(IReadOnlyList<VerificationKey> Keys) : KeyLookup;

    /// <summary>The source has keys, and none of them fits.</summary>
    public sealed record Unknown : KeyLookup
    {
        /// <summary>The one instance; it carries nothing.</summary>
        public static Unknown Instance { get; } = new();
    }

    /// <summary>The source has no keys to look at now.</summary>
    /// <param name="Why">For the operator.</param>
    public sealed record Unavailable(string Why) : KeyLookup;
}
