namespace AuthProxy.Tokenizer.Storage;

/// <summary>How tokens come as a whole, what they belong to, and how they go.</summary>
internal interface ITokenLives
{
    /// <summary>Keeps a token with its value: all of it or nothing.</summary>
    /// <returns>What its maker's session is; alive where a service makes it.</returns>
    Task<SessionStanding> AddWholeTokenAsync(WholeToken token, long now, CancellationToken cancellation);

    /// <summary>Says to which record the token belongs. That is said once, and saying the same again changes nothing.</summary>
    /// <returns>False where it belongs to another, or is gone.</returns>
    Task<bool> BindTokenAsync(byte[] tokenRowId, KeyedHash record, CancellationToken cancellation);

    /// <summary>Removes the token with all grants and tickets for it. Its value can be read no more from then on; what it takes up is swept.</summary>
    /// <returns>False where it is gone already.</returns>
    Task<bool> DeleteTokenAsync(byte[] tokenRowId, CancellationToken cancellation);
}

/// <summary>Grants seen from above: what there is, and taking it back.</summary>
internal interface IGrantLists
{
    /// <summary>At most <paramref name="limit"/> grants that hold, in order.</summary>
    ValueTask<IReadOnlyList<ListedGrant>> ListGrantsAsync(GrantSelection selection, GrantPlace after, int limit, long now, CancellationToken cancellation);

    /// <summary>Takes back the grants of one session, for one token, or both: at once and all of them.</summary>
    /// <returns>How many.</returns>
    Task<int> RevokeGrantsAsync(GrantSelection selection, CancellationToken cancellation);

    /// <summary>Takes back an application's grants among the next <paramref name="limit"/> of all.</summary>
    /// <returns>How many, and where to go on; null behind the last.</returns>
    Task<(int Revoked, GrantPlace? Next)> RevokePageAsync(string application, GrantPlace after, int limit, CancellationToken cancellation);
}

/// <summary>Things that may happen so many times an hour.</summary>
internal interface IHourlyCounts
{
    /// <summary>Counts one more, unless there were <paramref name="limit"/> in this hour of the clock.</summary>
    /// <param name="counter">What is counted; 32 bytes.</param>
    /// <returns>False where the limit is reached.</returns>
    Task<bool> CountAsync(byte[] counter, int limit, long now, CancellationToken cancellation);
}

internal static class Hours
{
    private const long Milliseconds = 3_600_000;

    public static long Of(long now) => now / Milliseconds;

    /// <summary>How many whole seconds are left of the hour, at least one.</summary>
    public static int SecondsLeft(long now) => (int)Math.Max(1, (Milliseconds - (now % Milliseconds)) / 1000);
}
