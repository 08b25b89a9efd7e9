namespace AuthProxy.Proxy.Sessions.Memory;

/// <summary>Keeps everything in this process: for one process, and for as long as it runs.</summary>
internal sealed class MemorySessionStore : ISessionStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<StoreKey, StoredCookie> _cookies = [];
    private readonly Dictionary<string, Entry> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _tombstones = new(StringComparer.Ordinal);
    private readonly Dictionary<StoreKey, DateTimeOffset> _marks = [];
    private readonly Dictionary<string, Undelivered> _undelivered = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, StoredNotBefore> _notBefore = [];
    private long _lastNotBefore;

    public ValueTask CreateAsync(SessionIndex index, byte[] sealedRecord, StoredCookie cookie, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (!_tombstones.ContainsKey(index.Sid) && _sessions.TryAdd(index.Sid, new Entry(index, sealedRecord)))
            {
                Add(_sessions[index.Sid], cookie);
                return ValueTask.CompletedTask;
            }
        }

        throw new SessionStoreException("the session exists already, or has ended");
    }

    public ValueTask<FoundSession?> FindAsync(StoreKey cookie, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(
                _cookies.TryGetValue(cookie, out var stored) && _sessions.TryGetValue(stored.Sid, out var entry)
                    ? new FoundSession(stored.Sid, stored.Wrap, entry.SealedRecord, entry.Index.Record, entry.Revision)
                    : null);
        }
    }

    public ValueTask TouchAsync(SessionIndex index, StoredCookie? rewrapped, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_sessions.TryGetValue(index.Sid, out var entry))
            {
                entry.Index = index;
                if (rewrapped is not null && _cookies.ContainsKey(rewrapped.Key))
                {
                    _cookies[rewrapped.Key] = rewrapped;
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> AddCookieAsync(StoredCookie cookie, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (!_sessions.TryGetValue(cookie.Sid, out var entry))
            {
                return ValueTask.FromResult(false);
            }

            Add(entry, cookie);
            return ValueTask.FromResult(true);
        }
    }

    public ValueTask<SessionLease?> TryLeaseAsync(string sid, DateTimeOffset now, TimeSpan life, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (!_sessions.TryGetValue(sid, out var entry) || entry.LeasedUntil > now)
            {
                return ValueTask.FromResult<SessionLease?>(null);
            }

            entry.LeasedUntil = now + life;
            return ValueTask.FromResult<SessionLease?>(new SessionLease(sid, ++entry.Fence));
        }
    }

    public ValueTask<bool> RenewLeaseAsync(SessionLease lease, DateTimeOffset now, TimeSpan life, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (FindLeased(lease) is not { } entry)
            {
                return ValueTask.FromResult(false);
            }

            entry.LeasedUntil = now + life;
            return ValueTask.FromResult(true);
        }
    }

    public ValueTask ReleaseLeaseAsync(SessionLease lease, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (FindLeased(lease) is { } entry)
            {
                entry.LeasedUntil = default;
            }

            return ValueTask.CompletedTask;
        }
    }

    public ValueTask<bool> ReplaceAsync(SessionIndex index, byte[] sealedRecord, SessionLease lease, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (FindLeased(lease) is not { } entry)
            {
                return ValueTask.FromResult(false);
            }

            (entry.Index, entry.SealedRecord, entry.Revision) = (index, sealedRecord, entry.Revision + 1);
            return ValueTask.FromResult(true);
        }
    }

    public ValueTask<bool> EndAsync(SessionEnd end, CancellationToken cancellation)
    {
        lock (_gate)
        {
            var isNew = !_tombstones.TryGetValue(end.Sid, out var known);
            _tombstones[end.Sid] = known > end.Until ? known : end.Until;
            if (_sessions.Remove(end.Sid, out var entry))
            {
                entry.Cookies.ForEach(key => _cookies.Remove(key));
            }

            if (isNew && end.TellTokenizer)
            {
                _undelivered[end.Sid] = new Undelivered(end.Until, end.Now, 0);
            }

            return ValueTask.FromResult(isNew);
        }
    }

    public ValueTask<bool> IsEndedAsync(string sid, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_tombstones.ContainsKey(sid));
        }
    }

    public ValueTask<bool> TryMarkOnceAsync(StoreKey mark, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_marks.TryGetValue(mark, out var expires) && expires > now)
            {
                return ValueTask.FromResult(false);
            }

            _marks[mark] = until;
            return ValueTask.FromResult(true);
        }
    }

    public ValueTask<IReadOnlyList<StoredIndex>> ListAsync(IReadOnlyList<StoreKey> lookup, int limit, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(Select(
                index => lookup.Contains(index.Subject) || (index.ProviderSession is { } provider && lookup.Contains(provider)), limit));
        }
    }

    public ValueTask<StoredIndexPage> ListAllAsync(string? after, int limit, CancellationToken cancellation)
    {
        lock (_gate)
        {
            var page = _sessions.Keys.Where(sid => after is null || string.CompareOrdinal(sid, after) > 0).Order(StringComparer.Ordinal).Take(limit).ToList();
            return ValueTask.FromResult(new StoredIndexPage(
                [.. page.Select(sid => new StoredIndex(sid, _sessions[sid].Index.Record))], page.Count == limit ? page[^1] : null));
        }
    }

    public ValueTask<IReadOnlyList<StoredIndex>> ListGoneAsync(DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(Select(index => index.GoneAfter <= now, limit));
        }
    }

    public ValueTask AddNotBeforeAsync(StoredNotBefore mark, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _notBefore[++_lastNotBefore] = mark;
            return ValueTask.CompletedTask;
        }
    }

    public ValueTask<NotBeforePage> ListNotBeforeAsync(long after, int limit, CancellationToken cancellation)
    {
        lock (_gate)
        {
            var page = _notBefore.Where(mark => mark.Key > after).Take(limit).ToList();
            return ValueTask.FromResult(new NotBeforePage([.. page.Select(mark => mark.Value)], page.Count > 0 ? page[^1].Key : after));
        }
    }

    public ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        lock (_gate)
        {
            var oldMarks = _marks.Where(mark => mark.Value <= now).Take(limit).Select(mark => mark.Key).ToList();
            oldMarks.ForEach(mark => _marks.Remove(mark));

            var oldStones = _tombstones.Where(stone => stone.Value <= now).Take(limit - oldMarks.Count).Select(stone => stone.Key).ToList();
            oldStones.ForEach(sid => _ = _tombstones.Remove(sid) && _undelivered.Remove(sid));

            var oldNotBefore = _notBefore.Where(mark => mark.Value.Until <= now).Take(limit - oldMarks.Count - oldStones.Count).Select(mark => mark.Key).ToList();
            oldNotBefore.ForEach(number => _notBefore.Remove(number));
            return ValueTask.FromResult(oldMarks.Count + oldStones.Count + oldNotBefore.Count);
        }
    }

    public ValueTask<IReadOnlyList<UndeliveredEnd>> ListUndeliveredAsync(DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<UndeliveredEnd>>(
                [.. _undelivered.Where(end => end.Value.Due <= now).Take(limit).Select(end => new UndeliveredEnd(end.Key, end.Value.Until, end.Value.Attempts))]);
        }
    }

    public ValueTask AcknowledgeAsync(string sid, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _undelivered.Remove(sid);
            return ValueTask.CompletedTask;
        }
    }

    public ValueTask PostponeAsync(string sid, DateTimeOffset due, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_undelivered.TryGetValue(sid, out var end))
            {
                _undelivered[sid] = end with { Due = due, Attempts = end.Attempts + 1 };
            }

            return ValueTask.CompletedTask;
        }
    }

    private IReadOnlyList<StoredIndex> Select(Func<SessionIndex, bool> which, int limit) =>
        [.. _sessions.Values.Where(entry => which(entry.Index)).Take(limit).Select(entry => new StoredIndex(entry.Index.Sid, entry.Index.Record))];

    private Entry? FindLeased(SessionLease lease) =>
        _sessions.TryGetValue(lease.Sid, out var entry) && entry.Fence == lease.Fence ? entry : null;

    private void Add(Entry entry, StoredCookie cookie)
    {
        _cookies[cookie.Key] = cookie;
        entry.Cookies.Add(cookie.Key);
        var ofHost = entry.Cookies.Where(key => _cookies[key].Host == cookie.Host).ToList();
        foreach (var old in ofHost.SkipLast(StoredCookie.MaximumPerHost))
        {
            _cookies.Remove(old);
            entry.Cookies.Remove(old);
        }
    }

    private sealed class Entry(SessionIndex index, byte[] sealedRecord)
    {
        public SessionIndex Index { get; set; } = index;

        public byte[] SealedRecord { get; set; } = sealedRecord;

        public long Revision { get; set; }

        /// <summary>The number of the lease that was given last.</summary>
        public long Fence { get; set; }

        public DateTimeOffset LeasedUntil { get; set; }

        public List<StoreKey> Cookies { get; } = [];
    }

    private sealed record Undelivered(DateTimeOffset Until, DateTimeOffset Due, int Attempts);
}
