using System.Security.Cryptography;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Sessions.News;
using AuthProxy.Proxy.Sessions.Outage;
using AuthProxy.Proxy.Sessions.Sealing;

namespace AuthProxy.Proxy.Sessions;

/// <summary>Begins, finds, carries to another host and ends sessions: all that the rest of the Proxy knows of them.</summary>
internal sealed class LiveSessions(
    ISessionStore store,
    RealmKeys keys,
    SessionSettings settings,
    OpenedSessions opened,
    ISessionNews news,
    StoreReach reach,
    PutOffTouches putOff,
    EndDelivery delivery,
    SessionMetrics metrics,
    StoreClock storeClock,
    TimeProvider clock,
    ILogger<LiveSessions> log,
    ITokenRevoker? revoker = null)
{
    /// <summary>Assertions made just before the end still verify for a while: the tombstone outlives them too.</summary>
    private static readonly TimeSpan TombstoneMargin = TimeSpan.FromMinutes(5);

    private const int ListLimit = 1000;

    // A busy session must not idle out between two touches.
    private readonly TimeSpan _touch = settings.Touch < settings.Idle / 4 ? settings.Touch : settings.Idle / 4;
    private readonly SessionSealer _sealer = new(keys);
    private readonly SessionIndexer _indexer = new(keys);

    /// <summary>The session of a request by its cookies. Throws <see cref="SessionStoreException"/> where the store cannot say.</summary>
    public async ValueTask<SessionLookup> FindAsync(IHeaderDictionary headers, string host, CancellationToken cancellation)
    {
        SessionLookup answer = new SessionLookup.None("no session cookie");
        foreach (var cookie in SecretCookies.Read(headers, SecretCookies.Session))
        {
            switch (await FindAsync(cookie, host, cancellation))
            {
                case SessionLookup.Opened one when answer is SessionLookup.Opened other && other.Session.Sid != one.Session.Sid:
                    return new SessionLookup.Ambiguous();
                case SessionLookup.Opened one:
                    answer = one;
                    break;
                case SessionLookup.None none when answer is not SessionLookup.Opened:
                    answer = none;
                    break;
            }
        }

        return answer;
    }

    /// <summary>The session that one cookie opens on one host.</summary>
    public ValueTask<SessionLookup> FindAsync(CookieSecret cookie, string host, CancellationToken cancellation) =>
        opened.Find(cookie.StoreKey, host) is { } known && known.EndsAt > clock.GetUtcNow()
            ? new(SessionLookup.Of(known, cookie))
            : AskAsync(cookie, host, cancellation);

    private async ValueTask<SessionLookup> AskAsync(CookieSecret cookie, string host, CancellationToken cancellation)
    {
        var before = opened.BeforeReading();
        FoundSession? found;
        try
        {
            found = await store.FindAsync(cookie.StoreKey, cancellation);
            reach.Answered();
        }
        catch (SessionStoreException)
        {
            reach.Failed();
            if (opened.FindAsItWas(cookie.StoreKey, host) is not { } session)
            {
                throw;
            }

            metrics.ServedAsItWas();
            putOff.Add(cookie.StoreKey, session);
            return SessionLookup.Of(session, cookie);
        }

        return found is not null
            ? await OpenAsync(found, cookie, host, before, cancellation)
            : new SessionLookup.None("the session is unknown or has ended");
    }

    private async ValueTask<SessionLookup> OpenAsync(
        FoundSession found, CookieSecret cookie, string host, ReadingMark before, CancellationToken cancellation)
    {
        if (Open(found, cookie, host) is not var (session, index, recordKey))
        {
            return new SessionLookup.None("the session does not open with this cookie on this host");
        }

        CryptographicOperations.ZeroMemory(recordKey);
        var now = clock.GetUtcNow();
        if (index.GoneAfter <= now)
        {
            if (!storeClock.IsApart)
            {
                await EndAsync(session, SessionEndReason.Expired, cancellation);
            }

            return new SessionLookup.None("the session has expired");
        }

        index = await TouchAsync(session, index, found, cookie, host, cancellation);
        opened.Keep(cookie.StoreKey, host, session, SizeOf(found), index.GoneAfter, index.TouchedAt + _touch - now, before);
        return SessionLookup.Of(session, cookie);
    }

    /// <summary>
    /// A session as the store has it now, past every local copy, and without using it: its idle end is not put off. Null where it is over,
    /// or does not open with this cookie on this host.
    /// </summary>
    public async ValueTask<OpenSession?> ReadAsync(CookieSecret cookie, string host, CancellationToken cancellation)
    {
        if (await store.FindAsync(cookie.StoreKey, cancellation) is not { } found || Open(found, cookie, host) is not var (session, index, recordKey))
        {
            return null;
        }

        var read = new OpenSession(session, index, recordKey);
        if (index.GoneAfter > clock.GetUtcNow())
        {
            return read;
        }

        read.Dispose();
        return null;
    }

    /// <summary>Replaces a session's record for all replicas. False where the session is gone, or the lease is somebody else's by now.</summary>
    public async ValueTask<bool> ReplaceAsync(OpenSession read, Session changed, SessionLease lease, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (!await store.ReplaceAsync(_indexer.Make(changed, now + settings.Idle, now), _sealer.SealRecord(read.RecordKey, changed), lease, cancellation))
        {
            return false;
        }

        await news.PublishAsync(new SessionNews.Changed(changed.Sid), cancellation);
        return true;
    }

    /// <summary>Begins a session and gives the secret for its cookie on the host: never one that was known before (fixation).</summary>
    public async ValueTask<(Session Session, CookieSecret Cookie)> BeginAsync(NewSession login, string host, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var session = new Session(
            Session.NewSid(), login.Issuer, login.SubjectId, login.Claims, login.Tokens, login.ProviderSid,
            login.AuthenticatedAt ?? now, now, now + (login.Life ?? settings.Absolute))
        {
            Provider = login.Provider,
            Acr = login.Acr,
            IsAuthTimeKnown = login.AuthenticatedAt is not null,
            IsGuest = login.IsGuest,
        };
        var cookie = CookieSecret.New(session.Sid);
        var recordKey = SessionSealer.NewRecordKey();
        var stored = new StoredCookie(cookie.StoreKey, session.Sid, host, _sealer.WrapKey(recordKey, cookie, host, session.Sid));

        await store.CreateAsync(_indexer.Make(session, now + settings.Idle, now), _sealer.SealRecord(recordKey, session), stored, cancellation);
        CryptographicOperations.ZeroMemory(recordKey);
        metrics.Began(session.IsGuest);
        log.SessionBegan(session.Sid);
        return (session, cookie);
    }

    /// <summary>The key of the session's record, for a hand-off to another host; null where the cookie opens nothing.</summary>
    public async ValueTask<byte[]?> TakeRecordKeyAsync(CookieSecret cookie, string host, CancellationToken cancellation) =>
        await store.FindAsync(cookie.StoreKey, cancellation) is { } found ? _sealer.UnwrapKey(found.Wrap, cookie, host, found.Sid) : null;

    /// <summary>Gives a living session a cookie on one more host; null where it has ended meanwhile.</summary>
    public async ValueTask<CookieSecret?> AdmitAsync(string sid, byte[] recordKey, string host, CancellationToken cancellation)
    {
        var cookie = CookieSecret.New(sid);
        var stored = new StoredCookie(cookie.StoreKey, sid, host, _sealer.WrapKey(recordKey, cookie, host, sid));
        return await store.AddCookieAsync(stored, cancellation) ? cookie : null;
    }

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

    private (Session Session, SessionIndex Index, byte[] RecordKey)? Open(FoundSession found, CookieSecret cookie, string host)
    {
        // A replica may use a version of the realm's key that has not arrived here yet: not being able to look is no logout.
        if (keys.IsStillToCome(SessionSealer.VersionIn(found.Wrap)) || keys.IsStillToCome(SessionIndexer.VersionIn(found.IndexRecord)))
        {
            throw new SessionStoreException("the session is sealed under a version of the realm's key that is not here yet");
        }

        if (_indexer.Check(found.Sid, found.IndexRecord) is not { } index)
        {
            log.IndexNotOurs(found.Sid);
            return null;
        }

        return _sealer.UnwrapKey(found.Wrap, cookie, host, found.Sid) is { } recordKey
            && _sealer.OpenRecord(recordKey, found.Sid, found.SealedRecord) is { } session
            && session.EndsAt == index.EndsAt
            ? (session, index, recordKey)
            : null;
    }

    // The index as it is then.
    private async ValueTask<SessionIndex> TouchAsync(
        Session session, SessionIndex index, FoundSession found, CookieSecret cookie, string host, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (now - index.TouchedAt < _touch)
        {
            return index;
        }

        var touched = _indexer.Make(session, now + settings.Idle, now);
        try
        {
            await store.TouchAsync(touched, Rewrap(session, found, cookie, host), cancellation);
        }
        catch (SessionStoreException fault)
        {
            // The session is alive and was read; only its idle end could not be put off this time.
            log.TouchFailed(session.Sid, fault);
            putOff.Add(cookie.StoreKey, session);
        }

        return touched;
    }

    private StoredCookie? Rewrap(Session session, FoundSession found, CookieSecret cookie, string host)
    {
        if (!_sealer.IsOutdated(found.Wrap) || _sealer.UnwrapKey(found.Wrap, cookie, host, session.Sid) is not { } recordKey)
        {
            return null;
        }

        var wrap = _sealer.WrapKey(recordKey, cookie, host, session.Sid);
        CryptographicOperations.ZeroMemory(recordKey);
        return new StoredCookie(cookie.StoreKey, session.Sid, host, wrap);
    }

    // Opened, the record's texts take two bytes a character, beside the objects around them.
    private static int SizeOf(FoundSession found) => 1536 + (3 * found.SealedRecord.Length);
}
