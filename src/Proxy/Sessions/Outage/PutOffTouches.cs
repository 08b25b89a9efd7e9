using System.Collections.Concurrent;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions.News;
using AuthProxy.Proxy.Sessions.Sealing;

namespace AuthProxy.Proxy.Sessions.Outage;

/// <summary>
/// Uses of sessions that could not be written: whoever worked through an outage must not idle out for it. They are written when the
/// store answers again, where nothing younger was written meanwhile. What is kept is small and of one size, whatever sessions hold.
/// </summary>
internal sealed class PutOffTouches(ISessionStore store, RealmKeys keys, SessionSettings settings, TimeProvider clock, ILogger<PutOffTouches> log) : ISessionNewsHandler
{
    private const int Most = 20_000;

    // Nobody idles out for a second, and a busy session costs one computation a second.
    private static readonly TimeSpan Grain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Use> _uses = new(StringComparer.Ordinal);
    private readonly SessionIndexer _indexer = new(keys);
    private long? _refusedAt;
    private int _lost;

    public int Count => _uses.Count;

    /// <summary>The session was used now.</summary>
    public void Add(StoreKey cookie, Session session)
    {
        var now = clock.GetUtcNow();
        var isKnown = _uses.TryGetValue(session.Sid, out var known);
        if (isKnown && now - known!.Index.TouchedAt < Grain)
        {
            return;
        }

        if (isKnown || _uses.Count < Most)
        {
            _uses[session.Sid] = new Use(cookie, _indexer.Make(session, now + settings.Idle, now));
        }
        else
        {
            Interlocked.Increment(ref _lost);
        }
    }

    public void Handle(SessionNews news)
    {
        if (news is SessionNews.Ended ended)
        {
            _uses.TryRemove(ended.Sid, out _);
        }
    }

    public void HandleGap()
    {
        // Whether a session still lives is asked before its use is written.
    }

    public void HandleSilence()
    {
    }

    /// <summary>Writes what was put off. Throws <see cref="SessionStoreException"/> where the store does not answer; what is left stays.</summary>
    public async Task WriteAsync(CancellationToken cancellation)
    {
        if (_refusedAt is { } refused && clock.GetElapsedTime(refused) < Pause)
        {
            return;
        }

        var written = 0;
        foreach (var (sid, use) in _uses)
        {
            if (!await TryWriteAsync(use, cancellation))
            {
                break;
            }

            written++;

            // One that was used again since is written again.
            _uses.TryRemove(KeyValuePair.Create(sid, use));
        }

        if (written > 0)
        {
            log.TouchesWritten(written, Interlocked.Exchange(ref _lost, 0));
        }
    }

    // A store that can be read is no store that is out: only its changes wait.
    private async Task<bool> TryWriteAsync(Use use, CancellationToken cancellation)
    {
        if (await store.FindAsync(use.Cookie, cancellation) is not { } found
            || _indexer.Check(found.Sid, found.IndexRecord) is not { } index
            || index.Sid != use.Index.Sid
            || index.TouchedAt >= use.Index.TouchedAt)
        {
            return true;
        }

        try
        {
            await store.TouchAsync(use.Index, null, cancellation);
            return true;
        }
        catch (SessionStoreException fault)
        {
            _refusedAt = clock.GetTimestamp();
            log.TouchRefused(Pause, fault);
            return false;
        }
    }

    private sealed record Use(StoreKey Cookie, SessionIndex Index);
}
