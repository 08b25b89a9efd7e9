using System.Collections.Concurrent;

namespace AuthProxy.Proxy.Remotes;

/// <summary>
/// Remembers what services answered, by everything that decides the answer; bounded by count, the least used go first. Those who ask
/// the same at the same time wait for one answer. One cache belongs to one use of one handler's settings, or carries them in its keys.
/// </summary>
/// <typeparam name="T">What an answer was turned into.</typeparam>
/// <param name="time">What time it is.</param>
/// <param name="longest">The most answers.</param>
internal sealed class AnswerCache<T>(TimeProvider time, int longest)
    where T : class
{
    private readonly ConcurrentDictionary<AnswerKey, Entry> _entries = new();
    private readonly Dictionary<AnswerKey, Task<T>> _underWay = [];
    private readonly Queue<AnswerKey> _order = new();
    private readonly Lock _gate = new();

    /// <summary>How many answers are remembered.</summary>
    public int Count => _entries.Count;

    /// <summary>The remembered answer, else the one that is being asked for, else a new one.</summary>
    /// <param name="key">Everything that decides the answer.</param>
    /// <param name="ask">Asks, bounded in time by itself: whoever asked first may have gone while others still wait.</param>
    /// <param name="keep">How long an answer is remembered; nothing or less: not at all.</param>
    /// <param name="cancellation">This caller has gone; the others still get the answer.</param>
    public ValueTask<T> GetAsync(AnswerKey key, Func<ValueTask<T>> ask, Func<T, TimeSpan> keep, CancellationToken cancellation)
    {
        if (_entries.TryGetValue(key, out var entry) && time.GetUtcNow().UtcTicks < entry.EndsAtTicks)
        {
            entry.Used = true;
            return new(entry.Value);
        }

        Task<T>? answer;
        TaskCompletionSource<T>? mine = null;
        lock (_gate)
        {
            if (!_underWay.TryGetValue(key, out answer))
            {
                mine = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
                _underWay.Add(key, answer = mine.Task);
            }
        }

        if (mine is not null)
        {
            _ = AskAsync(key, mine, ask, keep);
        }

        return new(answer.WaitAsync(cancellation));
    }

    private async Task AskAsync(AnswerKey key, TaskCompletionSource<T> answer, Func<ValueTask<T>> ask, Func<T, TimeSpan> keep)
    {
        try
        {
            var value = await ask();
            Finish(key, value, keep(value));
            answer.SetResult(value);
        }
        catch (Exception fault)
        {
            Finish(key, null, TimeSpan.Zero);
            answer.SetException(fault);
        }
    }

    private void Finish(AnswerKey key, T? value, TimeSpan keepFor)
    {
        lock (_gate)
        {
            _underWay.Remove(key);
            if (value is null || keepFor <= TimeSpan.Zero || longest < 1)
            {
                return;
            }

            if (!_entries.ContainsKey(key))
            {
                _order.Enqueue(key);
            }

            var now = time.GetUtcNow();
            _entries[key] = new Entry(value, (now + keepFor).UtcTicks);
            MakeRoom(now.UtcTicks);
        }
    }

    // The clock algorithm: the oldest goes, unless it was used since it was last looked at.
    private void MakeRoom(long nowTicks)
    {
        var chances = _order.Count;
        while (_order.Count > longest)
        {
            var key = _order.Dequeue();
            var entry = _entries[key];
            if (entry.Used && entry.EndsAtTicks > nowTicks && chances-- > 0)
            {
                entry.Used = false;
                _order.Enqueue(key);
                continue;
            }

            _entries.TryRemove(key, out _);
        }
    }

    private sealed class Entry(T value, long endsAtTicks)
    {
        public T Value { get; } = value;

        public long EndsAtTicks { get; } = endsAtTicks;

        public bool Used { get; set; }
    }
}
