using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace AuthProxy.Jose;

/// <summary>
/// Remembers what verifying a token gave, by the token's hash, until it expires; bounded by count and bytes. A hit takes no lock and allocates nothing.
/// One cache belongs to one policy and one source of keys: what one policy believes is nothing to another.
/// </summary>
/// <typeparam name="T">What verifying gave.</typeparam>
/// <param name="clock">What time it is.</param>
/// <param name="options">How much may be kept.</param>
public sealed class VerifiedTokenCache<T>(TimeProvider clock, VerifiedTokenCacheOptions? options = null)
    where T : class
{
    // What an entry costs besides its value: key, entry, dictionary node, place in the queue.
    private const int Overhead = 192;

    private readonly VerifiedTokenCacheOptions _options = options ?? new VerifiedTokenCacheOptions();
    private readonly ConcurrentDictionary<TokenHash, Entry> _entries = new();
    private readonly Queue<TokenHash> _order = new();
    private readonly Lock _writing = new();
    private long _bytes;
    private long _epoch;

    /// <summary>How many tokens are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_writing)
            {
                return _order.Count;
            }
        }
    }

    /// <summary>How many bytes they take, as estimated.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Changes with each <see cref="Clear"/>.</summary>
    public long Epoch => Interlocked.Read(ref _epoch);

    /// <summary>Finds what verifying this token gave, unless its time is over.</summary>
    /// <param name="token">The token's hash.</param>
    /// <param name="value">What verifying gave.</param>
    public bool TryGet(TokenHash token, [NotNullWhen(true)] out T? value)
    {
        if (_entries.TryGetValue(token, out var entry) && clock.GetUtcNow().UtcTicks < entry.EndsAtTicks)
        {
            entry.Used = true;
            value = entry.Value;
            return true;
        }

        value = null;
        return false;
    }

    /// <summary>Remembers a token's outcome.</summary>
    /// <param name="token">The token's hash.</param>
    /// <param name="value">What verifying gave.</param>
    /// <param name="expiresAt">The token's <c>exp</c>, without any skew.</param>
    /// <param name="bytes">Roughly what the value takes in memory.</param>
    /// <param name="epoch">The <see cref="Epoch"/> from before verifying; what was verified before a <see cref="Clear"/> is not remembered after it.</param>
    public void Add(TokenHash token, T value, DateTimeOffset expiresAt, int bytes, long epoch)
    {
        var now = clock.GetUtcNow();
        var ends = now + _options.MaximumAge < expiresAt ? now + _options.MaximumAge : expiresAt;
        var cost = (long)Math.Max(bytes, 0) + Overhead;
        if (ends <= now || cost > _options.MaximumBytes || _options.MaximumCount < 1)
        {
            return;
        }

        lock (_writing)
        {
            if (epoch != _epoch)
            {
                return;
            }

            Put(token, new Entry(value, ends.UtcTicks, cost));
            MakeRoom(now.UtcTicks);
        }
    }

    /// <summary>Forgets everything, as after a change of keys or of the policy.</summary>
    public void Clear()
    {
        lock (_writing)
        {
            _epoch++;
            _entries.Clear();
            _order.Clear();
            Interlocked.Exchange(ref _bytes, 0);
        }
    }

    private void Put(TokenHash token, Entry entry)
    {
        if (_entries.TryGetValue(token, out var before))
        {
            Interlocked.Add(ref _bytes, -before.Cost);
        }
        else
        {
            _order.Enqueue(token);
        }

        _entries[token] = entry;
        Interlocked.Add(ref _bytes, entry.Cost);
    }

    // The clock algorithm: the oldest goes, unless it was used since it was last looked at.
    private void MakeRoom(long nowTicks)
    {
        var chances = _order.Count;
        while (_order.Count > _options.MaximumCount || _bytes > _options.MaximumBytes)
        {
            var token = _order.Dequeue();
            var entry = _entries[token];
            if (entry.Used && entry.EndsAtTicks > nowTicks && chances-- > 0)
            {
                entry.Used = false;
                _order.Enqueue(token);
                continue;
            }

            _entries.TryRemove(token, out _);
            Interlocked.Add(ref _bytes, -entry.Cost);
        }
    }

    private sealed class Entry(T value, long endsAtTicks, long cost)
    {
        public T Value { get; } = value;

        public long EndsAtTicks { get; } = endsAtTicks;

        public long Cost { get; } = cost;

        public bool Used { get; set; }
    }
}
