namespace AuthProxy.Jose;

/// <summary>What came of reading a folder of signing keys again.</summary>
public abstract record SigningKeyReloadOutcome
{
    private SigningKeyReloadOutcome()
    {
    }

    /// <summary>The keys are the same.</summary>
    public sealed record Unchanged : SigningKeyReloadOutcome
    {
        internal static readonly Unchanged Instance = new();
    }

    /// <summary>Other keys are in use now.</summary>
    public sealed record Changed : SigningKeyReloadOutcome
    {
        internal static readonly Changed Instance = new();
    }

    /// <summary>The folder could not be read; the keys stay as they were.</summary>
    /// <param name="Why">For the operator.</param>
    public sealed record Failed(string Why) : SigningKeyReloadOutcome;
}
