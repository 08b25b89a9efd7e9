using System.Security.Cryptography;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Sessions.News;
using AuthProxy.Proxy.Sessions.Outage;
using AuthProxy.Proxy.Sessions.Sealing;

namespace AuthProxy.Proxy.Sessions;

/// <summary>Begins sessions, finds them, carries them to another host and renews them: all that the rest of the Proxy knows of those that live.</summary>
internal sealed class LiveSessions(
    ISessionStore store,
    RealmKeys keys,
    SessionSettings settings,
    OpenedSessions opened,
    ISessionNews news,
    StoreReach reach,
    PutOffTouches putOff,
    SessionTerminator terminator,
    SessionMetrics metrics,
    StoreClock storeClock,
    TimeProvider clock,
    ILogger<LiveSessions> log)
{
    private static readonly SessionLookup NoCookie = new SessionLookup.None("no session cookie");

    // A busy session must not idle out between two touches.
    private readonly TimeSpan _touch = settings.Touch < settings.Idle / 4 ? settings.Touch : settings.Idle / 4;
    private readonly SessionSealer _sealer = new(keys);
    private readonly SessionIndexer _indexer = new(keys);

    /// <summary>The session of a request by its cookies. Throws <see cref="SessionStoreException"/> where the store cannot say.</summary>
    public async ValueTask<SessionLookup> FindAsync(IHeaderDictionary headers, string host, CancellationToken cancellation)
    {
        var cookies = SecretCookies.Read(headers, SecretCookies.Session);
        SessionLookup answer = NoCookie;
        for (var index = 0; index < cookies.Count; index++)
        {
            switch (await FindAsync(cookies[index], host, cancellation))
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
                await terminator.EndAsync(session, SessionEndReason.Expired, cancellation);
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
