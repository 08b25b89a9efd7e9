using System.Collections.Concurrent;
using AuthProxy.Proxy.Authentication;

namespace AuthProxy.Proxy.Sessions.Ends.Bearers;

/// <summary>
/// The marks in force, in memory, of bounded number. Where there are more, the oldest become one that holds for everybody: who was not meant
/// needs a newer token, and nobody who was meant gets by.
/// </summary>
internal sealed class BearerMarkTable(int most = BearerMarkTable.Most)
{
    public const int Most = 100_000;

    private readonly ConcurrentDictionary<StoreKey, BearerMark> _marks = new();
    private readonly Lock _changing = new();
    private long _floorTicks;
    private volatile bool _isEmpty = true;

    public int Count => _marks.Count;

    /// <summary>Takes a mark in; false where it says nothing new.</summary>
    public bool Add(BearerMark mark)
    {
        lock (_changing)
        {
            _isEmpty = false;
            if (mark.About == BearerMarkRecord.Everybody)
            {
                return Raise(mark.NotBefore);
            }

            if (_marks.TryGetValue(mark.About, out var known) && known.NotBefore >= mark.NotBefore)
            {
                return false;
            }

            _marks[mark.About] = mark;
            if (_marks.Count > most)
            {
                Fold();
            }

            return true;
        }
    }

    public bool HasEnded(BearerIdentity bearer) => !_isEmpty && (IsBefore(bearer, new DateTimeOffset(Volatile.Read(ref _floorTicks), TimeSpan.Zero))
        || (_marks.TryGetValue(bearer.Login, out var login) && IsBefore(bearer, login.NotBefore))
        || (_marks.TryGetValue(bearer.Subject, out var subject) && IsBefore(bearer, subject.NotBefore)));

    /// <summary>Whether one of the marks that end a login was made after the login had begun.</summary>
    public bool HasOvertaken(BearerIdentity login, DateTimeOffset begunAt)
    {
        if (_isEmpty)
        {
            return false;
        }

        var floor = new DateTimeOffset(Volatile.Read(ref _floorTicks), TimeSpan.Zero);
        return (begunAt < floor && IsBefore(login, floor)) || HasOvertaken(login.Login) || HasOvertaken(login.Subject);

        bool HasOvertaken(StoreKey about) => _marks.TryGetValue(about, out var mark) && begunAt < mark.MadeAt && IsBefore(login, mark.NotBefore);
    }

    /// <summary>Drops what need not be remembered any longer.</summary>
    public void Trim(DateTimeOffset now)
    {
        lock (_changing)
        {
            foreach (var mark in _marks.Values)
            {
                if (mark.Until <= now)
                {
                    _marks.TryRemove(mark.About, out _);
                }
            }

            _isEmpty = _marks.IsEmpty && _floorTicks == 0;
        }
    }

    // An issuer that does not say when it issued a token has said nothing in the token's favour.
    private static bool IsBefore(BearerIdentity bearer, DateTimeOffset notBefore) => notBefore.Ticks > 0 && (bearer.IssuedAt is not { } issued || issued < notBefore);

    private bool Raise(DateTimeOffset notBefore)
    {
        var isNew = notBefore.UtcTicks > _floorTicks;
        Volatile.Write(ref _floorTicks, Math.Max(_floorTicks, notBefore.UtcTicks));
        return isNew;
    }

    private void Fold()
    {
        foreach (var mark in _marks.Values.OrderBy(mark => mark.NotBefore).Take(Math.Max(1, most / 4)))
        {
            Raise(mark.NotBefore);
            _marks.TryRemove(mark.About, out _);
        }
    }
}
