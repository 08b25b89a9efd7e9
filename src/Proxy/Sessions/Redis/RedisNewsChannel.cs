using AuthProxy.Proxy.Sessions.News;
using StackExchange.Redis;

namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>
/// Messages between replicas over the server that keeps the sessions. In a Cluster all of them are published at one node, the one in
/// charge of the channel's name, so that they have one order there too.
/// </summary>
internal sealed class RedisNewsChannel(RedisConnection connection, StoreClock clock) : INewsChannel
{
    private const string Channel = "news";
    private const int RollBucket = 0;

    // By the server's own clock: the replicas' may differ. One more than are followed shows that there are too many. What is no id of ours
    // is not sent five times a second to each of us, however large somebody has made it.
    private static readonly RedisScript CallRoll = new(
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        redis.call('ZADD', KEYS[1], now, ARGV[1])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. string.format('%.0f', now - ARGV[2]))
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        local roll = {string.format('%.0f', now)}
        for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, ARGV[3])) do
          if #id == #ARGV[1] then
            table.insert(roll, id)
          else
            redis.call('ZREM', KEYS[1], id)
          end
        end
        return roll
        """);

    private static readonly RedisScript LeaveRoll = new("return redis.call('ZREM', KEYS[1], ARGV[1])");

    private readonly RedisKey _roll = connection.Keys.Of(RollBucket) + "roll";
    private bool _listens;

    public event Action? Interrupted;

    public async Task ListenAsync(Action<byte[]> heard, CancellationToken cancellation)
    {
        if (_listens)
        {
            return;
        }

        // From here on the connection sees to it; where there is none yet, the first one begins with it.
        _listens = true;
        connection.Changed += isNew =>
        {
            if (isNew)
            {
                Interrupted?.Invoke();
            }
        };
        try
        {
            await connection.SubscribeAsync(Channel, heard, cancellation);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or ObjectDisposedException)
        {
            throw new SessionStoreException("Redis does not let us listen", fault);
        }
    }

    public Task SendAsync(byte[] message, CancellationToken cancellation) => connection.PublishAsync(Channel, message, cancellation);

    public async Task<IReadOnlyCollection<PublisherId>> CallRollAsync(PublisherId own, CancellationToken cancellation)
    {
        var asked = connection.Now;
        var answer = (byte[][])(await connection.RunAsync(
            CallRoll, RollBucket, [_roll], [own.ToBytes(), (long)NewsTimes.OnRoll.TotalMilliseconds, NewsLedger.MaximumPublishers], cancellation))!;
        clock.Compare(RedisSessionStore.Time(answer[0]), asked, connection.Now);

        // Whoever can write the roll can keep us from being confirmed, and nothing else.
        return [.. answer.Skip(1).Select(id => PublisherId.Read(id)).Distinct()];
    }

    public async Task LeaveRollAsync(PublisherId own, CancellationToken cancellation) =>
        await connection.RunAsync(LeaveRoll, RollBucket, [_roll], [own.ToBytes()], cancellation);
}
