using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AuthProxy.Proxy.Authentication;

namespace AuthProxy.Proxy.Authorization.Grants;

/// <summary>
/// Remembers for at most a second that a session holds a grant, so that a page's burst of requests asks once. A no is never
/// remembered: a grant given now must work now. Two generations bound it: when one is full or old, the one before is dropped whole.
/// </summary>
internal sealed class GrantCache(TimeProvider clock, int mostEntries)
{
    /// <summary>How long a withdrawn grant may go on working here.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly int _generationSize = Math.Max(1, mostEntries / 2);
    private volatile Generations _generations = new([], [], DateTimeOffset.MinValue);

    /// <summary>How many answers are held, stale ones included.</summary>
    public int Count => _generations.Current.Count + _generations.Previous.Count;

    public bool Holds(SessionIdentity session, string token)
    {
        var key = GrantKey.Of(session, token);
        var both = _generations;
        return (both.Current.TryGetValue(key, out var until) || both.Previous.TryGetValue(key, out until))
            && clock.GetUtcNow() < until;
    }

    /// <param name="session">The session that holds the grant.</param>
    /// <param name="token">The token that it is for.</param>
    /// <param name="askedAt">When the question left: what was withdrawn while the answer travelled counts from then.</param>
    /// <param name="expiresAt">When the grant itself ends.</param>
    public void Remember(SessionIdentity session, string token, DateTimeOffset askedAt, DateTimeOffset expiresAt)
    {
        var until = askedAt + Longest;
        until = expiresAt < until ? expiresAt : until;
        if (clock.GetUtcNow() < until)
        {
            CurrentGeneration()[GrantKey.Of(session, token)] = until;
        }
    }

    private ConcurrentDictionary<GrantKey, DateTimeOffset> CurrentGeneration()
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            if (_generations.Current.Count >= _generationSize || now - _generations.Since > Longest)
            {
                _generations = new Generations([], _generations.Current, now);
            }

            return _generations.Current;
        }
    }

    private sealed record Generations(
        ConcurrentDictionary<GrantKey, DateTimeOffset> Current,
        ConcurrentDictionary<GrantKey, DateTimeOffset> Previous,
        DateTimeOffset Since);
}

/// <summary>Session and token as one hash: the cache holds nothing that opens anything.</summary>
internal readonly record struct GrantKey(long A, long B, long C, long D)
{
    public static GrantKey Of(SessionIdentity session, string token)
    {
        var size = Encoding.UTF8.GetMaxByteCount(session.Sid.Length + token.Length + 1);
        var rented = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            // NUL can be in neither, so no other pair gives the same bytes.
            var length = Encoding.UTF8.GetBytes(session.Sid, rented);
            rented[length++] = 0;
            length += Encoding.UTF8.GetBytes(token, rented.AsSpan(length));
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(rented.AsSpan(0, length), hash);
            return System.Runtime.InteropServices.MemoryMarshal.Read<GrantKey>(hash);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }
}
