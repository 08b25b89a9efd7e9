using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.Tests.Sessions;

/// <summary>A store that counts, fails when told to, and lets a test do what somebody who can write the store could do.</summary>
internal sealed class StoreDouble(ISessionStore inner) : ISessionStore
{
    private int _calls;

    public bool Fails { get; set; }

    /// <summary>What it fails with that no caller expects.</summary>
    public Exception? Unexpected { get; set; }

    /// <summary>What it says is over by itself, whatever was done about it.</summary>
    public IReadOnlyList<StoredIndex>? Gone { get; set; }

    /// <summary>How often it was asked for anything.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public bool FailsToTouch { get; set; }

    public bool FailsToReplace { get; set; }

    /// <summary>Whether leases cannot be renewed, as where their holder has stopped for a while.</summary>
    public bool FailsToRenew { get; set; }

    public int Finds { get; private set; }

    public int Touches { get; private set; }

    /// <summary>Changes what is found.</summary>
    public Func<FoundSession, FoundSession>? Tamper { get; set; }

    /// <summary>Whether sessions end and nobody hears that they have.</summary>
    public bool LosesAnswersOfEnds { get; set; }

    /// <summary>Happens before a session stands.</summary>
    public Func<Task>? BeforeCreating { get; set; }

    /// <summary>Happens between the store's answer and its arrival.</summary>
    public Func<Task>? WhileFinding { get; set; }

    /// <summary>Happens between the end of a session and the answer that it has ended.</summary>
    public Action? WhileEnding { get; set; }

    /// <summary>Happens between the store's answer whether a session ended and its arrival.</summary>
    public Func<Task>? WhileAskingForEnd { get; set; }

    public async ValueTask CreateAsync(SessionIndex index, byte[] sealedRecord, StoredCookie cookie, CancellationToken cancellation)
    {
        if (BeforeCreating is { } happens)
        {
            BeforeCreating = null;
            await happens();
        }

        await Working().CreateAsync(index, sealedRecord, cookie, cancellation);
    }

    public async ValueTask<FoundSession?> FindAsync(StoreKey cookie, CancellationToken cancellation)
    {
        Finds++;
        var found = await Working().FindAsync(cookie, cancellation);
        if (WhileFinding is not null)
        {
            await WhileFinding();
        }

        return found is not null && Tamper is not null ? Tamper(found) : found;
    }

    public ValueTask TouchAsync(SessionIndex index, StoredCookie? rewrapped, CancellationToken cancellation)
    {
        Touches++;
        return FailsToTouch ? throw new SessionStoreException("told to fail") : Working().TouchAsync(index, rewrapped, cancellation);
    }

    public ValueTask<bool> AddCookieAsync(StoredCookie cookie, CancellationToken cancellation) => Working().AddCookieAsync(cookie, cancellation);

    public async ValueTask<bool> EndAsync(SessionEnd end, CancellationToken cancellation)
    {
        var isNew = await Working().EndAsync(end, cancellation);
        WhileEnding?.Invoke();
        cancellation.ThrowIfCancellationRequested();
        return LosesAnswersOfEnds ? throw new SessionStoreException("told to lose the answer") : isNew;
    }

    public ValueTask<SessionLease?> TryLeaseAsync(string sid, DateTimeOffset now, TimeSpan life, CancellationToken cancellation) =>
        Working().TryLeaseAsync(sid, now, life, cancellation);

    public ValueTask<bool> RenewLeaseAsync(SessionLease lease, DateTimeOffset now, TimeSpan life, CancellationToken cancellation) =>
        FailsToRenew ? throw new SessionStoreException("told to fail") : Working().RenewLeaseAsync(lease, now, life, cancellation);

    public ValueTask ReleaseLeaseAsync(SessionLease lease, CancellationToken cancellation) => Working().ReleaseLeaseAsync(lease, cancellation);

    public ValueTask<bool> ReplaceAsync(SessionIndex index, byte[] sealedRecord, SessionLease lease, CancellationToken cancellation) =>
        FailsToReplace ? throw new SessionStoreException("told to fail") : Working().ReplaceAsync(index, sealedRecord, lease, cancellation);

    public async ValueTask<bool> IsEndedAsync(string sid, CancellationToken cancellation)
    {
        var ended = await Working().IsEndedAsync(sid, cancellation);
        if (WhileAskingForEnd is { } happens)
        {
            await happens();
        }

        return ended;
    }

    public ValueTask<bool> TryMarkOnceAsync(StoreKey mark, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellation) =>
        Working().TryMarkOnceAsync(mark, now, until, cancellation);

    public ValueTask<IReadOnlyList<StoredIndex>> ListAsync(IReadOnlyList<StoreKey> lookup, int limit, CancellationToken cancellation) =>
        Working().ListAsync(lookup, limit, cancellation);

    public ValueTask<StoredIndexPage> ListAllAsync(string? after, int limit, CancellationToken cancellation) => Working().ListAllAsync(after, limit, cancellation);

    public ValueTask AddNotBeforeAsync(StoredNotBefore mark, CancellationToken cancellation) => Working().AddNotBeforeAsync(mark, cancellation);

    public ValueTask<NotBeforePage> ListNotBeforeAsync(long after, int limit, CancellationToken cancellation) =>
        Working().ListNotBeforeAsync(after, limit, cancellation);

    public ValueTask<IReadOnlyList<StoredIndex>> ListGoneAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        Working() is var working && Gone is { } gone ? ValueTask.FromResult(gone) : working.ListGoneAsync(now, limit, cancellation);

    public ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken cancellation) => Working().SweepAsync(now, limit, cancellation);

    public ValueTask<IReadOnlyList<UndeliveredEnd>> ListUndeliveredAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        Working().ListUndeliveredAsync(now, limit, cancellation);

    public ValueTask AcknowledgeAsync(string sid, CancellationToken cancellation) => Working().AcknowledgeAsync(sid, cancellation);

    public ValueTask PostponeAsync(string sid, DateTimeOffset due, CancellationToken cancellation) => Working().PostponeAsync(sid, due, cancellation);

    private ISessionStore Working()
    {
        Interlocked.Increment(ref _calls);
        return Unexpected is { } fault ? throw fault : Fails ? throw new SessionStoreException("told to fail") : inner;
    }
}
