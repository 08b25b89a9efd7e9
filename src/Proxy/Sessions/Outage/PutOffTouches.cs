using System.Collections.Concurrent;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions.Sealing;

namespace AuthProxy.Proxy.Sessions.Outage;

/// <summary>
/// Uses of sessions that could not be written: whoever worked through an outage must not idle out for it. They are written when the
/// store answers again, where nothing younger was written meanwhile.
/// </summary>
internal sealed class PutOffTouches(ISessionStore store, RealmKeys keys, SessionSettings settings, TimeProvider clock, ILogger<PutOffTouches> log)
{
    private const int Most = 20_000;

    private readonly ConcurrentDictionary<StoreKey, Use> _uses = new();
    private readonly SessionIndexer _indexer = new(keys);
    private int _lost;

    public int Count => _uses.Count;

    /// <summary>The session was used now.</summary>
    public void Add(StoreKey cookie, Session session)
    {
        if (_uses.Count < Most || _uses.ContainsKey(cookie))
        {
            _uses[cookie] = new Use(session, clock.GetUtcNow());
        }
        else
        {
            Interlocked.Increment(ref _lost);
        }
    }

    /// <summary>Writes what was put off. Throws <see cref="SessionStoreException"/> where the store fails again; what is left stays.</summary>
    public async Task WriteAsync(CancellationToken cancellation)
    {
        var written = 0;
        foreach (var (cookie, use) in _uses)
        {
            await WriteAsync(cookie, use, cancellation);
            written++;

            // One that was used again since is written again.
            _uses.TryRemove(KeyValuePair.Create(cookie, use));
        }

        if (written > 0)
        {
            log.TouchesWritten(written, Interlocked.Exchange(ref _lost, 0));
        }
    }

    private async Task WriteAsync(StoreKey cookie, Use use, CancellationToken cancellation)
    {
        if (await store.FindAsync(cookie, cancellation) is { } found
            && _indexer.Check(found.Sid, found.IndexRecord) is { } index
            && index.Sid == use.Session.Sid
            && index.TouchedAt < use.At)
        {
            await store.TouchAsync(_indexer.Make(use.Session, use.At + settings.Idle, use.At), null, cancellation);
        }
    }

    private sealed class Use(Session session, DateTimeOffset at)
    {
        public Session Session { get; } = session;

        public DateTimeOffset At { get; } = at;
    }
}
