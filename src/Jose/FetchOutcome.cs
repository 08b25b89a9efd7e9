namespace AuthProxy.Jose;

/// <summary>What came of fetching a document.</summary>
public abstract record FetchOutcome
{
    private FetchOutcome()
    {
    }

    /// <summary>The document, whole and within its size.</summary>
    /// <param name="Content">Its bytes.</param>
    public sealed record Fetched(ReadOnlyMemory<byte> Content) : FetchOutcome;

    /// <summary>It could not be had.</summary>
    /// <param name="Why">For the operator.</param>
    public sealed record Failed(string Why) : FetchOutcome;
}
