using StackExchange.Redis;

namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>
/// Adds not-before marks, and repeats those of the last minutes on every server that comes new, as <see cref="RecentEnds"/> does with ends:
/// without its mark an ended bearer would count again after a failover. Every replica reads the feed, so every one knows those of the others too.
/// </summary>
internal sealed class RecentMarks
{
    /// <summary>All marks are in one bucket, because they are one feed.</summary>
    public const int Bucket = 0;

    private const int Maximum = 10_000;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private readonly RedisConnection _connection;
    private readonly int _waitReplicas;
    private readonly ILogger<RecentMarks> _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StoredNotBefore> _marks = new(StringComparer.Ordinal);
    private readonly Queue<(string Name, DateTimeOffset At)> _order = new();

    public RecentMarks(RedisConnection connection, int waitReplicas, ILogger<RecentMarks> log)
    {
        (_connection, _waitReplicas, _log) = (connection, waitReplicas, log);
        connection.BeforeUse += RepeatAsync;
    }

    private RedisKey Feed => _connection.Keys.Of(Bucket) + "n";

    /// <summary>Adds a mark to the feed and waits, for a moment, for replicas to have it.</summary>
    public async ValueTask AddAsync(StoredNotBefore mark, CancellationToken cancellation)
    {
        // Before the answer is there: it may be lost, and the mark written.
        Remember(mark);
        var replicas = (long)await _connection.RunAsync(ListScripts.AddNotBefore, Bucket, [Feed], Arguments(mark), cancellation);
        var wanted = Math.Min(_waitReplicas, replicas);
        if (wanted > 0)
        {
            var confirmed = await _connection.ConfirmAsync(SessionScripts.Stress, [Feed], wanted, cancellation);
            if (confirmed < wanted)
            {
                _log.MarkNotConfirmed(confirmed, wanted);
            }
        }
    }

    /// <summary>Keeps in mind a mark that was read, where it is a recent one: its number tells, which is the server's time.</summary>
    public void Remember(StoredNotBefore mark, long number)
    {
        if (number / 1000 > (_connection.Now - Remembered).ToUnixTimeMilliseconds())
        {
            Remember(mark);
        }
    }

    private void Remember(StoredNotBefore mark)
    {
        var now = _connection.Now;
        lock (_gate)
        {
            var name = $"{SessionKeys.Name(mark.Key)} {Convert.ToHexString(mark.Record)}";
            if (_marks.TryAdd(name, mark))
            {
                _order.Enqueue((name, now));
            }

            while (_order.Count > Maximum || (_order.TryPeek(out var oldest) && oldest.At < now - Remembered))
            {
                _marks.Remove(_order.Dequeue().Name);
            }
        }
    }

    private async Task RepeatAsync(RedisLink link, CancellationToken cancellation)
    {
        List<StoredNotBefore> marks;
        lock (_gate)
        {
            marks = [.. _marks.Values];
        }

        try
        {
            foreach (var mark in marks)
            {
                await link.CallAsync(ListScripts.AddNotBefore, Bucket, [Feed], Arguments(mark), cancellation);
            }
        }
        catch (SessionStoreException fault) when (link.IsCluster)
        {
            // One node that is down must not keep the others from being used; it is told when it is back.
            _log.EndsNotRepeated(fault);
        }
    }

    private RedisValue[] Arguments(StoredNotBefore mark) =>
    [
        _connection.Keys.Of(Bucket), SessionKeys.Name(mark.Key), RedisSessionStore.Milliseconds(mark.Until),
        RedisSessionStore.TimeToLive(mark.Until, _connection.Now), mark.Record,
    ];
}
