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

    /// <summary>
    /// Leases a session's record to the one who renews its tokens; null while somebody else holds it, or where the session is gone.
    /// Each lease of a session has a higher fence than the one before.
    /// </summary>
    /// <param name="sid">The session.</param>
    /// <param name="now">What time it is: a store that has a clock of its own goes by that, because callers' clocks differ.</param>
    /// <param name="life">How long it is held unless it is renewed.</param>
    /// <param name="cancellation">Ends the call.</param>
    ValueTask<SessionLease?> TryLeaseAsync(string sid, DateTimeOffset now, TimeSpan life, CancellationToken cancellation);

    /// <summary>Keeps a lease for longer. False where it has run out and somebody else was given one since, or the session is gone.</summary>
    ValueTask<bool> RenewLeaseAsync(SessionLease lease, DateTimeOffset now, TimeSpan life, CancellationToken cancellation);

    /// <summary>Gives a lease back; one that is no longer held changes nothing.</summary>
    ValueTask ReleaseLeaseAsync(SessionLease lease, CancellationToken cancellation);

    /// <summary>
    /// Replaces the sealed record and the index, and counts the revision up. False, with nothing written, where the session is gone or a
    /// newer lease was given: a holder that slept past its lease must not overwrite what came after it.
    /// </summary>
    ValueTask<bool> ReplaceAsync(SessionIndex index, byte[] sealedRecord, SessionLease lease, CancellationToken cancellation);

    /// <summary>Whether a tombstone stands for the session.</summary>
    ValueTask<bool> IsEndedAsync(string sid, CancellationToken cancellation);

    /// <summary>Marks something as done. True for exactly one caller until the mark expires.</summary>
    ValueTask<bool> TryMarkOnceAsync(StoreKey mark, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellation);

    /// <summary>Index records under any of the lookup keys, of subject or provider session, in no order.</summary>
    ValueTask<IReadOnlyList<StoredIndex>> ListAsync(IReadOnlyList<StoreKey> lookup, int limit, CancellationToken cancellation);

    /// <summary>Index records of all sessions, page by page. A session that begins or ends meanwhile may be missed; no other is, and none comes twice.</summary>
    /// <param name="after">What the page before named as <see cref="StoredIndexPage.Next"/>; null for the first.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellation">Ends the call.</param>
    ValueTask<StoredIndexPage> ListAllAsync(string? after, int limit, CancellationToken cancellation);

    /// <summary>Sessions that are over by themselves, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<StoredIndex>> ListGoneAsync(DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>Appends a not-before mark to the feed that every replica reads.</summary>
    ValueTask AddNotBeforeAsync(StoredNotBefore mark, CancellationToken cancellation);

    /// <summary>Not-before marks in the order in which they were appended, behind a place in the feed; 0 is its beginning.</summary>
    ValueTask<NotBeforePage> ListNotBeforeAsync(long after, int limit, CancellationToken cancellation);

    /// <summary>Removes expired marks, tombstones and not-before marks, at most <paramref name="limit"/>; how many went.</summary>
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
/// <param name="Sid">The session's public id.</param>
/// <param name="Wrap">The record's key, wrapped for the cookie.</param>
/// <param name="SealedRecord">The session.</param>
/// <param name="IndexRecord">Its index record.</param>
/// <param name="Revision">How often the record has been replaced.</param>
internal sealed record FoundSession(string Sid, byte[] Wrap, byte[] SealedRecord, byte[] IndexRecord, long Revision);

/// <param name="Sid">The session.</param>
/// <param name="Fence">Tells this lease from every other of the session.</param>
internal sealed record SessionLease(string Sid, long Fence);

/// <summary>An index record, still to be checked.</summary>
internal sealed record StoredIndex(string Sid, byte[] Record);

/// <param name="Items">Index records, still to be checked.</param>
/// <param name="Next">Where the next page begins; null where this is the last.</param>
internal sealed record StoredIndexPage(IReadOnlyList<StoredIndex> Items, string? Next);

/// <param name="Key">Keyed hash of whom the mark is about.</param>
/// <param name="Record">From when on tokens count, with its MAC; still to be checked.</param>
/// <param name="Until">How long it must be remembered.</param>
internal sealed record StoredNotBefore(StoreKey Key, byte[] Record, DateTimeOffset Until);

/// <param name="Items">The marks, oldest first.</param>
/// <param name="Next">The place behind the last of them, to be given at the next call.</param>
internal sealed record NotBeforePage(IReadOnlyList<StoredNotBefore> Items, long Next);

/// <param name="Sid">The session that ends.</param>
/// <param name="Until">How long it must be remembered that it ended.</param>
/// <param name="Now">When; also when the Tokenizer is due to hear of it.</param>
/// <param name="TellTokenizer">Whether the Tokenizer has to hear of it.</param>
internal sealed record SessionEnd(string Sid, DateTimeOffset Until, DateTimeOffset Now, bool TellTokenizer)
{
    /// <summary>A store that takes time after the end stands, to make it outlive a failover, calls this before.</summary>
    public Func<Task>? OnceItStands { get; init; }
}

/// <param name="Sid">The session that ended.</param>
/// <param name="Until">How long the Tokenizer must remember it.</param>
/// <param name="Attempts">How often it was sent in vain.</param>
internal sealed record UndeliveredEnd(string Sid, DateTimeOffset Until, int Attempts);

/// <summary>The store could not answer.</summary>
internal sealed class SessionStoreException(string message, Exception? inner = null) : Exception(message, inner);
