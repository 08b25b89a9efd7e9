using System.Collections.Concurrent;
using AuthProxy.Proxy.Sessions.News;

namespace AuthProxy.Proxy.Sessions;

/// <summary>
/// Sessions that this process has just opened, bounded by bytes: a page's many requests open its session once. A copy counts for a
/// moment only, and an end in this process takes it away at once.
/// </summary>
internal sealed class OpenedSessions(TimeProvider clock, long maximumBytes = OpenedSessions.DefaultMaximumBytes) : ISessionNewsHandler
{
    public const long DefaultMaximumBytes = 16 * 1024 * 1024;

    /// <summary>How long a copy counts before the store is asked again: the longest that an end elsewhere goes unnoticed.</summary>
    public static readonly TimeSpan Confirmed = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<StoreKey, Copy> _copies = new();
    private readonly Lock _changing = new();
    private long _bytes;
    private long _ends;

    /// <summary>Counts the ends in this process; asked for before the store is, and given back to <see cref="Keep"/>.</summary>
    public long Ends => Volatile.Read(ref _ends);

    public int Count => _copies.Count;

    public Session? Find(StoreKey cookie, string host)
    {
        // The store key is a hash of the whole secret: who does not know the secret cannot name it.
        return _copies.TryGetValue(cookie, out var copy) && copy.Host == host && IsConfirmed(copy) ? copy.Session : null;
    }

    /// <summary>Keeps a copy, unless a session has ended since the store was asked: it could be this one.</summary>
    public void Keep(StoreKey cookie, string host, Session session, int size, long endsBefore)
    {
        lock (_changing)
        {
            if (endsBefore != _ends || size > maximumBytes / 4)
            {
                return;
            }

            Remove(cookie);
            _copies[cookie] = new Copy(session, host, clock.GetTimestamp(), size);
            _bytes += size;
            if (_bytes > maximumBytes)
            {
                MakeRoom();
            }
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

    public void HandleGap()
    {
        lock (_changing)
        {
            _ends++;
            _copies.Clear();
            _bytes = 0;
        }
    }

    /// <summary>Forgets all copies of a session.</summary>
    public void Drop(string sid)
    {
        lock (_changing)
        {
            _ends++;
            RemoveWhere(copy => copy.Session.Sid == sid);
        }
    }

    /// <summary>Forgets what no longer counts, so that opened tokens do not linger in memory.</summary>
    public void Trim()
    {
        lock (_changing)
        {
            RemoveWhere(copy => !IsConfirmed(copy));
        }
    }

    private bool IsConfirmed(Copy copy) => clock.GetElapsedTime(copy.ConfirmedAt) < Confirmed;

    private void MakeRoom()
    {
        RemoveWhere(copy => !IsConfirmed(copy));
        if (_bytes > maximumBytes)
        {
            _copies.Clear();
            _bytes = 0;
        }
    }

    private void RemoveWhere(Func<Copy, bool> which)
    {
        foreach (var (key, copy) in _copies)
        {
            if (which(copy))
            {
                Remove(key);
            }
        }
    }

    private void Remove(StoreKey key)
    {
        if (_copies.TryRemove(key, out var copy))
        {
            _bytes -= copy.Size;
        }
    }

    private sealed record Copy(Session Session, string Host, long ConfirmedAt, int Size);
}
