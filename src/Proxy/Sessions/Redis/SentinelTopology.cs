using System.Globalization;
using AuthProxy.Proxy.Configuration;
using StackExchange.Redis;

namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>
/// Asks all Sentinels who the master is and believes the newest word: with each failover the configuration epoch grows, so a Sentinel
/// that was cut off and still names the old master is outvoted by one that was not.
/// </summary>
internal sealed class SentinelTopology(RedisSentinelSettings sentinel, RedisClient client) : RedisTopology(client)
{
    private readonly ConnectionMultiplexer?[] _sentinels = new ConnectionMultiplexer?[sentinel.Endpoints.Count];

    public override async Task<RedisLink> OpenAsync(CancellationToken cancellation) => await OpenMasterAsync(await FindMasterAsync(cancellation), cancellation);

    public override async Task LookAsync(RedisLink link, CancellationToken cancellation)
    {
        await LookAtRoleAsync(link, cancellation);
        try
        {
            if (await FindMasterAsync(cancellation) is var master && master != link.Master)
            {
                link.Break($"the Sentinels name {master} as master");
            }
        }
        catch (RedisUnavailableException)
        {
            // Sentinels that are down change nothing about a master that is up.
        }
    }

    public override ValueTask DisposeAsync()
    {
        foreach (var connection in _sentinels)
        {
            connection?.Close(allowCommandsToComplete: false);
        }

        return base.DisposeAsync();
    }

    private async Task<RedisEndpoint> FindMasterAsync(CancellationToken cancellation)
    {
        var words = await Task.WhenAll(sentinel.Endpoints.Select((_, index) => AskAsync(index, cancellation)));
        return words.OrderByDescending(word => word.Epoch).Select(word => word.Master).FirstOrDefault(master => master is not null)
            ?? throw new RedisUnavailableException(string.Join("; ", words.Select(word => word.Why)));
    }

    private async Task<(RedisEndpoint? Master, long Epoch, string? Why)> AskAsync(int index, CancellationToken cancellation)
    {
        var endpoint = sentinel.Endpoints[index];
        try
        {
            var connection = await ConnectAsync(index, cancellation);
            var server = connection.GetServer(connection.GetEndPoints()[0]);
            var told = (await server.SentinelMasterAsync(sentinel.Master).WaitAsync(Client.Timeout, Client.Clock, cancellation))
                .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
            return (new RedisEndpoint(told["ip"], int.Parse(told["port"], CultureInfo.InvariantCulture)), long.Parse(told["config-epoch"], CultureInfo.InvariantCulture), null);
        }
        catch (RedisUnavailableException fault)
        {
            return (null, -1, fault.Message);
        }
        catch (RedisServerException fault)
        {
            return (null, -1, $"Sentinel {endpoint}: {fault.Message}");
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or ObjectDisposedException or KeyNotFoundException or FormatException or OverflowException)
        {
            Interlocked.Exchange(ref _sentinels[index], null)?.Close(allowCommandsToComplete: false);
            return (null, -1, $"Sentinel {endpoint} did not answer");
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(int index, CancellationToken cancellation)
    {
        if (_sentinels[index] is { } known)
        {
            return known;
        }

        var endpoint = sentinel.Endpoints[index];
        await RedisDoor.KnockAsync(endpoint, Client.Tls, Client.Timeout, Client.Clock, cancellation);
        return _sentinels[index] = await Client.ConnectAsync([endpoint], RedisClient.SentinelOnly, cancellation);
    }
}
