using StackExchange.Redis;

namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>A Cluster: any node tells the others, and each sends on whoever asks the wrong one.</summary>
internal sealed class ClusterTopology(RedisClient client) : RedisTopology(client)
{
    public override async Task<RedisLink> OpenAsync(CancellationToken cancellation)
    {
        await KnockAsync(cancellation);
        var commands = await Client.ConnectAsync(Client.Settings.Endpoints, RedisClient.CommandsOnly, cancellation);
        try
        {
            if (!commands.GetEndPoints().Any(endpoint => commands.GetServer(endpoint) is { IsConnected: true, ServerType: ServerType.Cluster }))
            {
                throw new RedisUnavailableException("no node of a Cluster was found; leave sessions.redis.cluster out for a single server");
            }

            return new RedisLink(
                commands, await Client.ConnectAsync(Client.Settings.Endpoints, RedisClient.CommandsAndMessages, cancellation), null, Client);
        }
        catch
        {
            commands.Close(allowCommandsToComplete: false);
            throw;
        }
    }

    public override async Task LookAsync(RedisLink link, CancellationToken cancellation)
    {
        if (link.LongestSilence > LongestSilence)
        {
            link.Break("a node is silent");
        }
        else if (await link.HasPromotedReplicaAsync(cancellation))
        {
            // The library would take it for a replica for another minute, and send it nothing. On a new connection it hears of the last ends first.
            link.Break("a replica has taken the place of a node");
        }
    }

    // One open door is enough: the others may be the very nodes that are down.
    private async Task KnockAsync(CancellationToken cancellation)
    {
        var knocks = Client.Settings.Endpoints.Select(endpoint => RedisDoor.KnockAsync(endpoint, Client.Tls, Client.Timeout, Client.Clock, cancellation)).ToList();
        while (true)
        {
            var first = await Task.WhenAny(knocks);
            if (first.IsCompletedSuccessfully || knocks.Count == 1)
            {
                await first;
                return;
            }

            knocks.Remove(first);
        }
    }
}
