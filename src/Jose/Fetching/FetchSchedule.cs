namespace AuthProxy.Jose.Fetching;

internal enum FetchCause
{
    /// <summary>There are no keys, or they are past their time.</summary>
    Age,

    /// <summary>A token names a key that is not in the set; anybody can write such a token.</summary>
    UnknownKey,

    /// <summary>The owner asks.</summary>
    Demand,
}

/// <summary>When the next fetch may start. Not thread-safe; its owner holds a lock.</summary>
internal sealed class FetchSchedule(TimeProvider clock, JwksCacheOptions options)
{
    private long? _finishedAt;
    private int _failures;
    private bool _stopped;

    public bool TryStart(FetchCause cause) => !_stopped && cause switch
    {
        FetchCause.Demand => true,
        FetchCause.UnknownKey => HasPassed(Backoff()) && HasPassed(options.UnknownKeyInterval),
        _ => HasPassed(Backoff()),
    };

    public void Finished(bool succeeded)
    {
        _finishedAt = clock.GetTimestamp();
        _failures = succeeded ? 0 : _failures + 1;
    }

    public void Stop() => _stopped = true;

    private bool HasPassed(TimeSpan wait) => _finishedAt is not { } finished || clock.GetElapsedTime(finished) >= wait;

    private TimeSpan Backoff()
    {
        if (_failures == 0)
        {
            return TimeSpan.Zero;
        }

        var doubled = options.FirstBackoff.TotalMilliseconds * Math.Pow(2, Math.Min(_failures - 1, 30));
        return TimeSpan.FromMilliseconds(Math.Min(doubled, options.LongestBackoff.TotalMilliseconds));
    }
}
