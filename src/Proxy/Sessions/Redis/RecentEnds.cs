using AuthProxy.Proxy.Sessions.News;
using StackExchange.Redis;

namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>
/// Ends sessions, and repeats the ends of the last minutes on every server that comes new: replication is asynchronous, so a promoted
/// replica may not know them yet. Each replica of ours repeats its own and those that it has heard of, before it asks the server anything else.
/// </summary>
internal sealed class RecentEnds : ISessionNewsHandler
{
    private const int Maximum = 10_000;
    private const int AtOnce = 100;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private readonly RedisConnection _connection;
    private readonly int _waitReplicas;
    private readonly ILogger<RecentEnds> _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SessionEnd> _ends = new(StringComparer.Ordinal);
    private readonly Queue<(string Sid, DateTimeOffset At)> _order = new();

    public RecentEnds(RedisConnection connection, int waitReplicas, ILogger<RecentEnds> log)
    {
        (_connection, _waitReplicas, _log) = (connection, waitReplicas, log);
        connection.BeforeUse += RepeatAsync;
    }

    /// <summary>Keeps an end in mind for a while. Beyond a bound the oldest are forgotten.</summary>
    public void Remember(SessionEnd end)
    {
        var now = _connection.Now;
        lock (_gate)
        {
            if (_ends.TryAdd(end.Sid, end with { OnceItStands = null }))
            {
                _order.Enqueue((end.Sid, now));
            }

            while (_order.Count > Maximum || (_order.TryPeek(out var oldest) && oldest.At < now - Remembered))
            {
                _ends.Remove(_order.Dequeue().Sid);
            }
        }
    }

    /// <summary>Another replica has ended a session, and may be gone when it is to be repeated. The Tokenizer hears of it from whoever ended it.</summary>
    public void Handle(SessionNews news)
    {
        if (news is SessionNews.Ended ended)
        {
            Remember(new SessionEnd(ended.Sid, ended.Until, _connection.Now, TellTokenizer: false));
        }
    }

    public void HandleGap()
    {
        // What was missed is in the store, or with another replica.
    }

    /// <summary>Ends a session; whether this call did, and under which keys it was looked up.</summary>
    public async ValueTask<(bool IsNew, IReadOnlyList<StoreKey> Lookups)> EndAsync(SessionEnd end, CancellationToken cancellation)
    {
        var (bucket, keys, arguments) = Describe(end);
        var answer = (RedisValue[])await _connection.RunAsync(SessionScripts.End, bucket, keys, arguments, cancellation);
        if (end.OnceItStands is { } said)
        {
            await said();
        }

        var wanted = Math.Min(_waitReplicas, (long)answer[3]);
        if (wanted > 0)
        {
            var confirmed = await _connection.ConfirmAsync(SessionScripts.Stress, [keys[1]], wanted, cancellation);
            if (confirmed < wanted)
            {
                _log.EndNotConfirmed(end.Sid, confirmed, wanted);
            }
        }

        return (answer[0] == 1, [.. new[] { (byte[])answer[1]!, (byte[])answer[2]! }.Where(key => key.Length == StoreKey.Length).Select(key => StoreKey.From(key))]);
    }

    private async Task RepeatAsync(RedisLink link, CancellationToken cancellation)
    {
        List<SessionEnd> ends;
        lock (_gate)
        {
            ends = [.. _ends.Values];
        }

        foreach (var some in ends.Chunk(AtOnce))
        {
            await RepeatAsync(link, some, cancellation);
        }

        if (ends.Count > 0)
        {
            _log.EndsRepeated(ends.Count);
        }
    }

    private async Task RepeatAsync(RedisLink link, IEnumerable<SessionEnd> ends, CancellationToken cancellation)
    {
        try
        {
            await Task.WhenAll(ends.Select(async end =>
            {
                var (bucket, keys, arguments) = Describe(end);
                await link.CallAsync(SessionScripts.End, bucket, keys, arguments, cancellation);
            }));
        }
        catch (SessionStoreException fault) when (link.IsCluster)
        {
            // One node that is down must not keep the others from being used; it is told when it is back.
            _log.EndsNotRepeated(fault);
        }
    }

    private (int Bucket, RedisKey[] Keys, RedisValue[] Arguments) Describe(SessionEnd end)
    {
        var (bucket, names) = (StoreBucket.Of(end.Sid), _connection.Keys);
        return (bucket, [names.Session(end.Sid), names.Tombstone(end.Sid)],
        [
            names.Of(bucket), end.Sid, RedisSessionStore.Milliseconds(end.Until), RedisSessionStore.Milliseconds(end.Now),
            RedisSessionStore.TimeToLive(end.Until, end.Now), end.TellTokenizer ? "1" : "0",
        ]);
    }
}
