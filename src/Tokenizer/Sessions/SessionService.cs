using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Sessions;

/// <summary>What is known of sessions: that they live, from those who may say so, and that they ended.</summary>
internal sealed class SessionService(
    ITokenStore store, KeyRing ring, RememberedSessions remembered, LimitSettings limits, RealmName realm, TimeProvider clock)
{
    /// <summary>An assertion made just before the end may still be on its way; a tombstone outlasts it, and every grant.</summary>
    private static readonly TimeSpan AssertionsOnTheirWay = TimeSpan.FromMinutes(5);

    private long ShortestTombstone => (long)(limits.GrantMaximum + AssertionsOnTheirWay).TotalMilliseconds;

    /// <summary>Is the user's session alive, and the same subject's as ever?</summary>
    public async Task<Refused?> AdmitAsync(UserCaller user, CancellationToken cancellation)
    {
        var standing = await StandingOfAsync(user.ToRecord(), cancellation);
        return standing == SessionStanding.Alive ? null : SessionRefusals.Of(standing);
    }

    /// <summary>Remembers a session that a proxy states, and says whether it may go on.</summary>
    public Task<SessionStanding> NoteAsync(SessionRecord session, CancellationToken cancellation) => StandingOfAsync(session, cancellation);

    /// <summary>Ends the session and all it holds, for good.</summary>
    /// <param name="until">How long the end must be remembered, at least; milliseconds since 1970.</param>
    public async Task EndAsync(byte[] session, long until, CancellationToken cancellation)
    {
        var shortest = clock.NowMilliseconds() + ShortestTombstone;
        await store.EndSessionAsync(session, Math.Max(until, shortest), cancellation);
    }

    /// <summary>Gives what a guest holds of some applications to whoever has logged in, and ends the guest's session.</summary>
    public Task<AdoptionOutcome> AdoptAsync(StatedSession guest, StatedSession session, IReadOnlyCollection<string> applications, CancellationToken cancellation)
    {
        var now = clock.NowMilliseconds();
        var keys = ring.LookupKeys;
        var adoption = new Adoption(
            guest.ToRecord(keys, realm.Value), session.ToRecord(keys, realm.Value), keys.OfSubject(session.Issuer, session.Subject), applications,
            Math.Max(guest.End, now + ShortestTombstone));
        return store.AdoptSessionAsync(adoption, now, cancellation);
    }

    /// <summary>The mark by which a client recognises its session without learning the session's id.</summary>
    public string MarkOf(UserCaller user) => ring.LookupKeys.SessionMark(user.Session);

    private async Task<SessionStanding> StandingOfAsync(SessionRecord session, CancellationToken cancellation)
    {
        var now = clock.NowMilliseconds();
        if (remembered.Contains(session) && session.ExpiresAt > now)
        {
            return await store.IsEndedAsync(session.Session, now, cancellation) ? SessionStanding.Ended : SessionStanding.Alive;
        }

        var standing = await store.NoteSessionAsync(session, now, cancellation);
        if (standing == SessionStanding.Alive)
        {
            remembered.Add(session);
        }

        return standing;
    }
}
