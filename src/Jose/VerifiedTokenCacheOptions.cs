namespace AuthProxy.Jose;

/// <summary>How much a <see cref="VerifiedTokenCache{T}"/> may keep.</summary>
public sealed record VerifiedTokenCacheOptions
{
    /// <summary>The most tokens. Default 10,000.</summary>
    public int MaximumCount { get; init; } = 10_000;

    /// <summary>The most bytes, as their owners estimate them. Default 16 MiB.</summary>
    public long MaximumBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long an answer may be repeated at most, whatever the token's <c>exp</c>: a key that its issuer withdrew counts no longer. Default 5 min.</summary>
    public TimeSpan MaximumAge { get; init; } = TimeSpan.FromMinutes(5);
}
