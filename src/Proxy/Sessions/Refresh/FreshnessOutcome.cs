namespace AuthProxy.Proxy.Sessions.Refresh;

/// <summary>What became of a session that had to have fresh tokens.</summary>
internal abstract record FreshnessOutcome
{
    private FreshnessOutcome()
    {
    }

    /// <summary>Its access token is good, as far as the provider says how long it is.</summary>
    public sealed record Fresh(Session Session) : FreshnessOutcome;

    /// <summary>It is over; its person has to log in again.</summary>
    public sealed record Ended(string Why) : FreshnessOutcome;

    /// <summary>It lives, and new tokens cannot be had now.</summary>
    public sealed record ProviderUnavailable(string Why) : FreshnessOutcome
    {
        /// <inheritdoc cref="RefreshOutcome.Unavailable.RetryAfter"/>
        public TimeSpan? RetryAfter { get; init; }
    }

    /// <summary>Nobody can say: the store does not answer.</summary>
    public sealed record StoreUnavailable(string Why) : FreshnessOutcome;
}
