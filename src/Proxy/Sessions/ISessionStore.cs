namespace AuthProxy.Proxy.Sessions;

/// <summary>
/// Keeps sealed sessions, the marks of things done once, tombstones, and the ends that the Tokenizer has still to learn of. It never
/// sees a key, and it is believed in nothing: what it gives back is opened or checked by its reader. Each call is one round trip.
/// Where the store cannot answer, every call throws <see cref="SessionStoreException"/>: not knowing is no answer.
/// </summary>
internal interface ISessionStore
{
    /// <summary>Keeps a new session and its first cookie.</summary>
    ValueTask CreateAsync(SessionIndex index, byte[] sealedRecord, StoredCookie cookie, CancellationToken cancellation);

    /// <summary>What lies under a cookie; null where there is nothing, or its session has been ended.</summary>
    ValueTask<FoundSession?> FindAsync(StoreKey cookie, CancellationToken cancellation);

    /// <summary>Puts off the idle end, and replaces the cookie's wrap where one is given. Does nothing to a session that is gone.</summary>
    ValueTask TouchAsync(SessionIndex index, StoredCookie? rewrapped, CancellationToken cancellation);

    /// <summary>Adds a cookie to a session; the oldest of the same host beyond a few are dropped. False where the session is gone.</summary>
    ValueTask<bool> AddCookieAsync(StoredCookie cookie, CancellationToken cancellation);

    /// <summary>
    /// Ends a session for good: it and its cookies go, a tombstone stays until <see cref="SessionEnd.Until"/>. Ending it again only
    /// makes the tombstone last longer. True where this call ended it.
    /// </summary>
    ValueTask<bool> EndAsync(SessionEnd end, CancellationToken cancellation);

    /// <summary>Whether a tombstone stands for the session.</summary>
    ValueTask<bool> IsEndedAsync(string sid, CancellationToken cancellation);

    /// <summary>Marks something as done. True for exactly one caller until the mark expires.</summary>
    ValueTask<bool> TryMarkOnceAsync(StoreKey mark, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellation);

    /// <summary>Index records under any of the lookup keys, of subject or provider session, in no order.</summary>
    ValueTask<IReadOnlyList<StoredIndex>> ListAsync(IReadOnlyList<StoreKey> lookup, int limit, CancellationToken cancellation);

    /// <summary>Sessions that are over by themselves, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<StoredIndex>> ListGoneAsync(DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>Removes expired marks and tombstones, at most <paramref name="limit"/>; how many went.</summary>
    ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>Ends that the Tokenizer has not acknowledged and that are due to be sent.</summary>
    ValueTask<IReadOnlyList<UndeliveredEnd>> ListUndeliveredAsync(DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>Takes an end off the list.</summary>
    ValueTask AcknowledgeAsync(string sid, CancellationToken cancellation);

    /// <summary>Leaves an end on the list, to be sent again.</summary>
    ValueTask PostponeAsync(string sid, DateTimeOffset due, CancellationToken cancellation);
}

/// <summary>The record key of a session, wrapped for one cookie on one host.</summary>
internal sealed record StoredCookie(StoreKey Key, string Sid, string Host, byte[] Wrap)
{
    /// <summary>How many cookies of one session a host may have: tabs that arrive together each get one.</summary>
    public const int MaximumPerHost = 4;
}

/// <summary>What lies under a cookie, all of it still to be checked.</summary>
internal sealed record FoundSession(string Sid, byte[] Wrap, byte[] SealedRecord, byte[] IndexRecord);

/// <summary>An index record, still to be checked.</summary>
internal sealed record StoredIndex(string Sid, byte[] Record);

/// <param name="Sid">The session that ends.</param>
/// <param name="Until">How long it must be remembered that it ended.</param>
/// <param name="Now">When; also when the Tokenizer is due to hear of it.</param>
/// <param name="TellTokenizer">Whether the Tokenizer has to hear of it.</param>
internal sealed record SessionEnd(string Sid, DateTimeOffset Until, DateTimeOffset Now, bool TellTokenizer);

/// <param name="Sid">The session that ended.</param>
/// <param name="Until">How long the Tokenizer must remember it.</param>
/// <param name="Attempts">How often it was sent in vain.</param>
internal sealed record UndeliveredEnd(string Sid, DateTimeOffset Until, int Attempts);

/// <summary>The store could not answer.</summary>
internal sealed class SessionStoreException(string message, Exception? inner = null) : Exception(message, inner);
