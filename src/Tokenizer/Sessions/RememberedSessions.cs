using System.Collections.Concurrent;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Sessions;

/// <summary>
/// Which sessions this process has already written down as they are: saves a write per request. Says nothing about whether they have ended
/// since; that is always asked of the store.
/// </summary>
internal sealed class RememberedSessions
{
    private const int Most = 20_000;

    private readonly ConcurrentDictionary<Entry, byte> _noted = new();

    public bool Contains(SessionRecord session) => _noted.ContainsKey(Entry.Of(session));

    public void Add(SessionRecord session)
    {
        // Forgetting everything costs each session one write, and needs no bookkeeping on the way.
        if (_noted.Count >= Most)
        {
            _noted.Clear();
        }

        _noted.TryAdd(Entry.Of(session), 0);
    }

    private readonly record struct Entry(UInt128 Session, UInt128 Subject, long End)
    {
        // Half of a keyed 256-bit hash still collides with nothing.
        public static Entry Of(SessionRecord session) => new(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(session.Session),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(session.Subject),
            session.ExpiresAt);
    }
}
