using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions.News;
using AuthProxy.Proxy.Sessions.Sealing;

namespace AuthProxy.Proxy.Sessions.Ends;

/// <summary>Ends sessions for good, one, some or all: in the store, on every replica, at the Tokenizer and at the provider.</summary>
internal sealed class SessionTerminator(
    ISessionStore store,
    RealmKeys keys,
    SessionSettings settings,
    OpenedSessions opened,
    ISessionNews news,
    EndDelivery delivery,
    SessionMetrics metrics,
    TimeProvider clock,
    ILogger<SessionTerminator> log,
    ITokenRevoker? revoker = null)
{
    /// <summary>Assertions made just before the end still verify for a while: the tombstone outlives them too.</summary>
    private static readonly TimeSpan TombstoneMargin = TimeSpan.FromMinutes(5);

    private const int ListLimit = 1000;

    private readonly SessionIndexer _indexer = new(keys);

    /// <summary>Ends a session everywhere: here at once, at the Tokenizer as soon as it can be reached.</summary>
    public async ValueTask EndAsync(Session session, SessionEndReason reason, CancellationToken cancellation)
    {
        var (_, isKnown) = await EndOneAsync(session.Sid, session.EndsAt, reason, cancellation, session);
        if (!isKnown)
        {
            throw NotKnown();
        }
    }

    /// <summary>Ends all sessions of a subject; how many there were.</summary>
    public ValueTask<int> EndAllOfSubjectAsync(string issuer, string subject, SessionEndReason reason, CancellationToken cancellation) =>
        EndListedAsync(_indexer.KeysOfSubject(issuer, subject), reason, cancellation);

    /// <summary>Ends all sessions that came of one session at the provider.</summary>
    public ValueTask<int> EndAllOfProviderSessionAsync(string issuer, string providerSid, SessionEndReason reason, CancellationToken cancellation) =>
        EndListedAsync(_indexer.KeysOfProviderSession(issuer, providerSid), reason, cancellation);

    /// <summary>Ends a few sessions that are over by themselves; how many there were.</summary>
    public async ValueTask<int> EndGoneAsync(int limit, CancellationToken cancellation)
    {
        var gone = await store.ListGoneAsync(clock.GetUtcNow(), limit, cancellation);
        foreach (var stored in gone)
        {
            await EndAsync(stored.Sid, EndOf(stored), SessionEndReason.Expired, cancellation);
        }

        return gone.Count;
    }

    /// <summary>Ends the sessions of a subject that name no session at the provider; how many there were.</summary>
    public ValueTask<int> EndUnnamedOfSubjectAsync(string issuer, string subject, SessionEndReason reason, CancellationToken cancellation) =>
        EndListedAsync(_indexer.KeysOfSubject(issuer, subject), reason, cancellation, index => index.ProviderSession is null);

    /// <summary>Ends all sessions of the realm; how many there were.</summary>
    public async ValueTask<int> EndAllAsync(SessionEndReason reason, CancellationToken cancellation)
    {
        var (ended, allKnown) = (0, true);
        string? after = null;
        do
        {
            var page = await store.ListAllAsync(after, ListLimit, cancellation);
            foreach (var stored in page.Items)
            {
                var (isNew, isKnown) = await EndOneAsync(stored.Sid, EndOf(stored), reason, cancellation);
                ended += isNew ? 1 : 0;
                allKnown &= isKnown;
            }

            after = page.Next;
        }
        while (after is not null);

        return allKnown ? ended : throw NotKnown();
    }

    /// <summary>Ends a session by its public id. False where it had ended before.</summary>
    /// <param name="sid">The id.</param>
    /// <param name="endsAt">When it would have ended at the latest.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async ValueTask<bool> EndAsync(string sid, DateTimeOffset endsAt, SessionEndReason reason, CancellationToken cancellation)
    {
        var (isNew, isKnown) = await EndOneAsync(sid, endsAt, reason, cancellation);
        return isKnown ? isNew : throw NotKnown();
    }

    // One that replicas may not know of is no reason to spare the others: whoever asked learns of it when all have ended.
    private async ValueTask<(bool IsNew, bool IsKnown)> EndOneAsync(
        string sid, DateTimeOffset endsAt, SessionEndReason reason, CancellationToken cancellation, Session? session = null)
    {
        var now = clock.GetUtcNow();

        // Its tokens lie sealed under the browser's cookie: where neither is at hand, nobody can show them to the provider.
        session ??= opened.Peek(sid);

        // At its absolute end everything that hangs on a session is over by itself; before it, the Tokenizer has to hear of it.
        var tell = delivery.IsWanted && endsAt > now;
        var until = (endsAt > now ? endsAt : now) + TombstoneMargin;

        // Whoever hangs up has still ended it: from here on nothing is cancelled.
        cancellation.ThrowIfCancellationRequested();
        var (isNew, isKnown) = await EndInStoreAsync(new SessionEnd(sid, until, now, tell));
        if (isNew)
        {
            Revoke(session, reason);
            await TellAsync(sid, until, tell, reason);
        }

        return (isNew, isKnown);
    }

    // Where a new login of the same browser takes its place, the provider may count both as one authorization (RFC 7009, section 2.1), and end both.
    private void Revoke(Session? ended, SessionEndReason reason)
    {
        if (ended is not null && reason is not (SessionEndReason.Replaced or SessionEndReason.RefreshRefused))
        {
            revoker?.Revoke(ended);
        }
    }

    private static SessionStoreException NotKnown() => new("the session has ended, but replicas that have read it may not know yet");

    private async ValueTask TellAsync(string sid, DateTimeOffset until, bool tell, SessionEndReason reason)
    {
        metrics.Ended(reason);
        log.SessionEnded(sid, reason);
        if (tell && reason == SessionEndReason.Expired)
        {
            // Nobody waits for this one to be known.
            delivery.Wake();
        }
        else if (tell)
        {
            await delivery.DeliverSoonAsync(new UndeliveredEnd(sid, until, 0), CancellationToken.None);
        }
    }

    private async ValueTask<(bool IsNew, bool IsKnown)> EndInStoreAsync(SessionEnd end)
    {
        bool? isKnown = null;
        try
        {
            // Said as soon as the end stands: nobody is served for as long as the store waits for its replicas.
            var isNew = await store.EndAsync(end with { OnceItStands = SayAsync }, CancellationToken.None);
            if (isKnown is null)
            {
                await SayAsync();
            }

            return (isNew, isKnown!.Value);
        }
        catch (Exception)
        {
            // It may have ended, with the answer lost, and a second try finds no session to end: everybody has to ask the store again.
            opened.Drop(end.Sid);
            await news.PublishAsync(new SessionNews.Changed(end.Sid), CancellationToken.None);
            throw;
        }

        // Also where it had ended before: whoever ended it may have died before saying so.
        async Task SayAsync() => isKnown = await news.PublishAsync(new SessionNews.Ended(end.Sid, end.Until), CancellationToken.None);
    }

    private async ValueTask<int> EndListedAsync(
        IReadOnlyList<StoreKey> lookup, SessionEndReason reason, CancellationToken cancellation, Func<SessionIndex, bool>? which = null)
    {
        var (ended, allKnown) = (0, true);
        while (true)
        {
            var before = ended;
            var listed = await store.ListAsync(lookup, ListLimit, cancellation);
            foreach (var stored in listed)
            {
                if (_indexer.Check(stored.Sid, stored.Record) is { } index && (which is null || which(index)))
                {
                    ended++;
                    allKnown &= (await EndOneAsync(stored.Sid, index.EndsAt, reason, cancellation)).IsKnown;
                }
            }

            // A page of records that another hand wrote stays where it is: asking for it again would never end.
            if (listed.Count < ListLimit || ended == before)
            {
                return allKnown ? ended : throw NotKnown();
            }
        }
    }

    // What no longer checks is nobody's session, and goes as well.
    private DateTimeOffset EndOf(StoredIndex stored) => _indexer.Check(stored.Sid, stored.Record)?.EndsAt ?? clock.GetUtcNow() + settings.Absolute;
}
