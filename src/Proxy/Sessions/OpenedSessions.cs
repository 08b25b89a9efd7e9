using System.Collections.Concurrent;
using AuthProxy.Proxy.Sessions.News;

namespace AuthProxy.Proxy.Sessions;

/// <summary>
/// Sessions that this process has opened, bounded by bytes. A copy is served until its session's next touch is due, for as long as news
/// of ends is known to arrive; an end or change takes it away at once, and after a gap in the news it is read again. It stays for a
/// while beyond, for an outage of the store within the budget that the operator grants. A hit takes no lock and allocates nothing.
/// </summary>
internal sealed class OpenedSessions(
    TimeProvider clock, NewsStanding standing, long maximumBytes = OpenedSessions.DefaultMaximumBytes, TimeSpan outageBudget = default) : ISessionNewsHandler
{
    public const long DefaultMaximumBytes = 16 * 1024 * 1024;

    private readonly ConcurrentDictionary<StoreKey, Copy> _copies = new();
    private readonly Dictionary<string, Copy> _bySid = new(StringComparer.Ordinal);
    private readonly LinkedList<Copy> _inTurn = new();
    private readonly RecentNames _dropped = new();
    private readonly Lock _changing = new();
    private long _bytes;
    private long _gaps;

    public int Count => _copies.Count;

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>To be asked for before the store is, and given back to <see cref="Keep"/>.</summary>
    public ReadingMark BeforeReading() => new(_dropped.Count, Volatile.Read(ref _gaps), clock.GetTimestamp());

    /// <summary>A session that need not be read again.</summary>
    public Session? Find(StoreKey cookie, string host)
    {
        // The store key is a hash of the whole secret: who does not know the secret cannot name it.
        if (!_copies.TryGetValue(cookie, out var copy) || copy.Host != host)
        {
            return null;
        }

        var now = clock.GetTimestamp();
        if (now >= copy.FreshUntil || copy.Gaps != Volatile.Read(ref _gaps) || !standing.IsConfirmed(now))
        {
            return null;
        }

        if (!copy.WasUsed)
        {
            // Written once, so that the processors do not fight over a busy session.
            copy.WasUsed = true;
        }

        return copy.Session;
    }

    /// <summary>A session as it was when it was last known to be alive, where that is within the budget; for when the store cannot be asked.</summary>
    public Session? FindAsItWas(StoreKey cookie, string host)
    {
        // What it would have idled out by is not put off by being unable to ask.
        return _copies.TryGetValue(cookie, out var copy) && copy.Host == host
            && IsWithinBudget(copy, clock.GetTimestamp()) && clock.GetUtcNow() < copy.GoneAfter
            ? copy.Session
            : null;
    }

    /// <summary>Keeps a copy, unless its session was ended or changed since the store was asked.</summary>
    /// <param name="cookie">What it was found under.</param>
    /// <param name="host">The host that the cookie is for.</param>
    /// <param name="session">What was read.</param>
    /// <param name="size">Its bytes, about.</param>
    /// <param name="gone">When it is over without anybody having ended it.</param>
    /// <param name="fresh">How long it may be served at most without the store being asked.</param>
    /// <param name="before">What was before the store was asked.</param>
    public void Keep(StoreKey cookie, string host, Session session, int size, DateTimeOffset gone, TimeSpan fresh, ReadingMark before)
    {
        lock (_changing)
        {
            if (_dropped.MayHold(session.Sid, before.Drops) || size > maximumBytes / 4)
            {
                return;
            }

            if (_copies.TryGetValue(cookie, out var older))
            {
                Remove(older);
            }

            var counts = fresh < standing.Longest ? fresh : standing.Longest;
            Add(new Copy(cookie, host, session, size, gone, before, before.At + (long)(counts.TotalSeconds * clock.TimestampFrequency)));
            MakeRoom();
        }
    }

    public void Handle(SessionNews news)
    {
        switch (news)
        {
            case SessionNews.Ended ended:
                Drop(ended.Sid);
                break;
            case SessionNews.Changed changed:
                Drop(changed.Sid);
                break;
        }
    }

    public void HandleGap() => Interlocked.Increment(ref _gaps);

    /// <summary>Copies do not count meanwhile, and need not be read again for it: what was said will be heard, or missed.</summary>
    public void HandleSilence()
    {
    }

    /// <summary>A session by its public id, whether its copy still counts or not; null where there is none.</summary>
    public Session? Peek(string sid)
    {
        lock (_changing)
        {
            return _bySid.GetValueOrDefault(sid)?.Session;
        }
    }

    /// <summary>Forgets all copies of a session.</summary>
    public void Drop(string sid)
    {
        lock (_changing)
        {
            _dropped.Add(sid);
            while (_bySid.TryGetValue(sid, out var copy))
            {
                Remove(copy);
            }
        }
    }

    /// <summary>Forgets what can be of no use any longer, so that opened tokens do not linger in memory.</summary>
    public void Trim()
    {
        lock (_changing)
        {
            var now = clock.GetTimestamp();
            var gaps = Volatile.Read(ref _gaps);
            for (var node = _inTurn.First; node is not null;)
            {
                var copy = node.Value;
                node = node.Next;
                if ((now >= copy.FreshUntil || copy.Gaps != gaps) && !IsWithinBudget(copy, now))
                {
                    Remove(copy);
                }
            }
        }
    }

    private bool IsWithinBudget(Copy copy, long now)
    {
        // Without a gap since, it was known to be alive for as long as it was served.
        var served = Math.Min(now, Math.Min(copy.FreshUntil, standing.ConfirmedUntil));
        var confirmedAt = copy.Gaps == Volatile.Read(ref _gaps) && served > copy.ReadAt ? served : copy.ReadAt;
        return clock.GetElapsedTime(confirmedAt, now) < outageBudget;
    }

    // In the order of their arrival, but whoever was asked for since gets another turn.
    private void MakeRoom()
    {
        for (var turns = _inTurn.Count; _bytes > maximumBytes && _inTurn.First is { Value: var copy } first;)
        {
            if (copy.WasUsed && turns-- > 0)
            {
                copy.WasUsed = false;
                _inTurn.RemoveFirst();
                _inTurn.AddLast(first);
            }
            else
            {
                Remove(copy);
            }
        }
    }

    private void Add(Copy copy)
    {
        _copies[copy.Cookie] = copy;
        copy.OfSameSession = _bySid.GetValueOrDefault(copy.Session.Sid);
        _bySid[copy.Session.Sid] = copy;
        _inTurn.AddLast(copy.Turn);
        _bytes += copy.Size;
    }

    private void Remove(Copy copy)
    {
        _copies.TryRemove(copy.Cookie, out _);
        _inTurn.Remove(copy.Turn);
        _bytes -= copy.Size;
        var first = _bySid[copy.Session.Sid];
        if (first != copy)
        {
            while (first.OfSameSession != copy)
            {
                first = first.OfSameSession!;
            }

            first.OfSameSession = copy.OfSameSession;
        }
        else if (copy.OfSameSession is { } next)
        {
            _bySid[copy.Session.Sid] = next;
        }
        else
        {
            _bySid.Remove(copy.Session.Sid);
        }
    }

    private sealed class Copy
    {
        private volatile bool _wasUsed;

        public Copy(StoreKey cookie, string host, Session session, int size, DateTimeOffset gone, ReadingMark read, long freshUntil)
        {
            (Cookie, Host, Session, Size, GoneAfter) = (cookie, host, session, size, gone);
            (ReadAt, Gaps, FreshUntil) = (read.At, read.Gaps, freshUntil);
            Turn = new LinkedListNode<Copy>(this);
        }

        public StoreKey Cookie { get; }

        public string Host { get; }

        public Session Session { get; }

        public int Size { get; }

        public DateTimeOffset GoneAfter { get; }

        public long ReadAt { get; }

        public long Gaps { get; }

        public long FreshUntil { get; }

        public LinkedListNode<Copy> Turn { get; }

        public Copy? OfSameSession { get; set; }

        public bool WasUsed
        {
            get => _wasUsed;
            set => _wasUsed = value;
        }
    }
}

/// <summary>How things stood before the store was asked.</summary>
internal readonly record struct ReadingMark(long Drops, long Gaps, long At);
