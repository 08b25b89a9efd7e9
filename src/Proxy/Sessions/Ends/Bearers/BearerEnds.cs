using System.Collections.Concurrent;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Sessions.News;

namespace AuthProxy.Proxy.Sessions.Ends.Bearers;

/// <summary>Ends bearers. Nobody can take a token back that is out: what was issued up to now does not count any longer.</summary>
internal sealed class BearerEnds(
    ISessionStore store, BearerMarkRecord records, BearerMarks marks, SessionTerminator terminator, BearerSessions bearers, ISessionNews news, TimeProvider clock, ILogger<BearerEnds> log)
{
    /// <summary>How long it is remembered: no access token should live as long.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(7);

    private const int MostNoted = 10_000;

    private static readonly ParallelOptions AtOnce = new() { MaxDegreeOfParallelism = 8 };

    private readonly ConcurrentDictionary<string, byte> _noted = new(StringComparer.Ordinal);

    /// <summary>Ends everything that an issuer has given a subject so far.</summary>
    public ValueTask EndSubjectAsync(string issuer, string subject, DateTimeOffset notBefore, CancellationToken cancellation) =>
        MarkAsync(bearers.KeyOfSubject(issuer, subject), notBefore, cancellation);

    /// <summary>Ends the bearers of one session at the provider, here and at the Tokenizer.</summary>
    public ValueTask EndProviderSessionAsync(string issuer, string providerSid, DateTimeOffset notBefore, CancellationToken cancellation) =>
        EndLoginAsync(bearers.SidOfProviderSession(issuer, providerSid), notBefore, cancellation);

    /// <summary>Ends the logins under way of a subject that name no session at the provider.</summary>
    public ValueTask EndUnnamedAsync(string issuer, string subject, DateTimeOffset notBefore, CancellationToken cancellation) =>
        MarkAsync(BearerSessions.KeyOfLogin(bearers.SidOfUnnamed(issuer, subject)), notBefore, cancellation);

    /// <summary>Ends the bearers of one session id of ours.</summary>
    public async ValueTask EndLoginAsync(string sid, DateTimeOffset notBefore, CancellationToken cancellation)
    {
        await MarkAsync(BearerSessions.KeyOfLogin(sid), notBefore, cancellation);
        await terminator.EndAsync(sid, clock.GetUtcNow() + Remembered, SessionEndReason.Bearer, cancellation);
    }

    /// <summary>Ends everything that any issuer has given anybody so far.</summary>
    public ValueTask EndEverybodyAsync(DateTimeOffset notBefore, CancellationToken cancellation) =>
        MarkAsync(BearerMarkRecord.Everybody, notBefore, cancellation);

    /// <summary>
    /// A bearer came after its end. Whoever ended it knew the subject and not the session: now that is known too, and the Tokenizer learns
    /// that it is over.
    /// </summary>
    public void NoteRefused(SessionIdentity session)
    {
        if (TryNote(session))
        {
            _ = EndQuietlyAsync(session);
        }
    }

    /// <summary>The same for sessions whose bearers were seen before their end: the Tokenizer does not have to wait until they come again. A few at once.</summary>
    public void NoteEnded(IReadOnlyList<SessionIdentity> sessions) =>
        _ = Parallel.ForEachAsync(sessions.Where(TryNote).ToList(), AtOnce, (session, _) => new ValueTask(EndQuietlyAsync(session)));

    private bool TryNote(SessionIdentity session)
    {
        // Forgetting them all costs each a write, and needs no bookkeeping.
        if (_noted.Count >= MostNoted)
        {
            _noted.Clear();
        }

        return _noted.TryAdd(session.Sid, 0);
    }

    private async Task EndQuietlyAsync(SessionIdentity session)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await terminator.EndAsync(session.Sid, session.ExpiresAt, SessionEndReason.Bearer, CancellationToken.None);
        }
        catch (SessionStoreException fault)
        {
            // The bearer is refused all the same, and brings the matter up again.
            _noted.TryRemove(session.Sid, out _);
            log.BearerSessionNotEnded(session.Sid, fault);
        }
    }

    private async ValueTask MarkAsync(StoreKey about, DateTimeOffset notBefore, CancellationToken cancellation)
    {
        await store.AddNotBeforeAsync(records.Make(about, notBefore, clock.GetUtcNow() + Remembered), cancellation);
        await news.PublishAsync(new SessionNews.NotBefore(), cancellation);
        await marks.ReadOnAsync(cancellation);
    }
}
