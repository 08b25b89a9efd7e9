namespace AuthProxy.Proxy.Decisions.Conventions;

/// <summary>What a caller says of the request that it wants decided.</summary>
internal abstract record OriginalRequest
{
    private OriginalRequest()
    {
    }

    /// <param name="Method">As the client sent it.</param>
    /// <param name="Scheme">What the client came in on.</param>
    /// <param name="Host">The host that the client named.</param>
    /// <param name="Target">Path and query, byte for byte.</param>
    public sealed record Stated(string Method, string Scheme, string Host, string Target) : OriginalRequest;

    /// <summary>It says too little, or two things at once.</summary>
    public sealed record Unclear(string Why) : OriginalRequest;

    /// <summary>It asks for something else than a decision.</summary>
    public sealed record Elsewhere : OriginalRequest
    {
        public static readonly Elsewhere Instance = new();
    }
}
