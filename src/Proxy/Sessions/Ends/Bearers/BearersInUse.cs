using System.Collections.Concurrent;
using AuthProxy.Proxy.Authentication;

namespace AuthProxy.Proxy.Sessions.Ends.Bearers;

/// <summary>
/// The sessions of bearers that came here of late. A mark that ends a subject names none of them, and the Tokenizer knows nothing of marks: whoever
/// reads the mark ends those that it has seen, so that what they hold there does not wait for the bearer to come again.
/// </summary>
internal sealed class BearersInUse
{
    /// <summary>How many are kept in mind: some 5 MB.</summary>
    public const int Most = 20_000;

    private readonly ConcurrentDictionary<string, Used> _used = new(StringComparer.Ordinal);
    private readonly BearerMarks _marks;
    private readonly BearerEnds _ends;
    private readonly TimeProvider _clock;
    private readonly bool _isWanted;

    /// <param name="marks">The marks.</param>
    /// <param name="ends">Ends their sessions.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="tokenizer">Without one there is nobody to be told, and nothing is kept in mind.</param>
    public BearersInUse(BearerMarks marks, BearerEnds ends, TimeProvider clock, ITokenizerSessions? tokenizer = null)
    {
        (_marks, _ends, _clock, _isWanted) = (marks, ends, clock, tokenizer is not null);
        if (_isWanted)
        {
            marks.Changed += EndMarked;
        }
    }

    /// <summary>A bearer was let in. The oldest token of a session counts: a mark that ends it ends what the session holds.</summary>
    public void Note(BearerIdentity bearer, SessionIdentity session)
    {
        if (!_isWanted || (_used.TryGetValue(session.Sid, out var known) && known.Session.ExpiresAt >= session.ExpiresAt))
        {
            return;
        }

        if (_used.Count >= Most)
        {
            MakeRoom();
        }

        _used[session.Sid] = new Used(known?.Bearer ?? bearer, session);
    }

    private void EndMarked()
    {
        var ended = _used.Where(one => _marks.HasEnded(one.Value.Bearer) && _used.TryRemove(one)).Select(one => one.Value.Session).ToList();
        if (ended.Count > 0)
        {
            _ends.NoteEnded(ended);
        }
    }

    // What is still too much is told of when its bearer comes again.
    private void MakeRoom()
    {
        var now = _clock.GetUtcNow();
        foreach (var (sid, used) in _used)
        {
            if (used.Session.ExpiresAt <= now)
            {
                _used.TryRemove(sid, out _);
            }
        }

        if (_used.Count >= Most)
        {
            _used.Clear();
        }
    }

    private sealed record Used(BearerIdentity Bearer, SessionIdentity Session);
}
