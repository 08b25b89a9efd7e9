using AuthProxy.Proxy.Configuration;
using StackExchange.Redis;

namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>Knows which servers are to be used now, and notices when they no longer are.</summary>
internal abstract class RedisTopology(RedisClient client) : IAsyncDisposable
{
    /// <summary>How long a link may be silent before another is tried: a broken network breaks no connection.</summary>
    protected static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(5);

    protected RedisClient Client => client;

    /// <summary>Finds the servers, looks at them, and connects.</summary>
    /// <exception cref="RedisUnavailableException">There are none that may be used.</exception>
    public abstract Task<RedisLink> OpenAsync(CancellationToken cancellation);

    /// <summary>Asked every second: breaks the link where it should no longer be used.</summary>
    public abstract Task LookAsync(RedisLink link, CancellationToken cancellation);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static RedisTopology Of(RedisClient client) => client.Settings switch
    {
        { Sentinel: { } sentinel } => new SentinelTopology(sentinel, client),
        { IsCluster: true } => new ClusterTopology(client),
        _ => new SingleTopology(client),
    };

    /// <summary>Connects to one server that must be a master.</summary>
    protected async Task<RedisLink> OpenMasterAsync(RedisEndpoint endpoint, CancellationToken cancellation)
    {
        await RedisDoor.KnockAsync(endpoint, client.Tls, client.Timeout, client.Clock, cancellation);
        var commands = await client.ConnectAsync([endpoint], RedisClient.CommandsOnly, cancellation);
        var messages = default(ConnectionMultiplexer);
        try
        {
            messages = await client.ConnectAsync([endpoint], RedisClient.CommandsAndMessages, cancellation);
            var server = commands.GetServer(commands.GetEndPoints()[0]);
            var link = new RedisLink(commands, messages, (server, endpoint), client);
            if (server.ServerType == ServerType.Cluster)
            {
                throw new RedisUnavailableException($"{endpoint} is a node of a Cluster; write sessions.redis.cluster: true");
            }

            await RequireMasterAsync(link, endpoint, cancellation);
            return link.IsIntact ? link : throw new RedisUnavailableException($"{endpoint} closed the connection at once");
        }
        catch
        {
            commands.Close(allowCommandsToComplete: false);
            messages?.Close(allowCommandsToComplete: false);
            throw;
        }
    }

    /// <summary>Asks the server whether it still is a master; breaks the link where it is not, or has been silent for too long.</summary>
    protected async Task LookAtRoleAsync(RedisLink link, CancellationToken cancellation)
    {
        try
        {
            if (await RoleOfAsync(link, cancellation) is not "master" and var role)
            {
                link.Break($"the server became a {role}");
            }
        }
        catch (TimeoutException)
        {
            link.LaneOf(0).FellSilent();
            if (link.LongestSilence > LongestSilence)
            {
                link.Break("the server is silent");
            }
        }
        catch (Exception fault) when (fault is RedisException or ObjectDisposedException)
        {
            link.Break("the server does not tell its role");
        }
    }

    private async Task RequireMasterAsync(RedisLink link, RedisEndpoint endpoint, CancellationToken cancellation)
    {
        try
        {
            if (await RoleOfAsync(link, cancellation) is not "master" and var role)
            {
                throw new RedisUnavailableException($"{endpoint} is a {role}; sessions are kept by a master");
            }

            // A server that is still loading its data tells its role, and nothing else.
            await link.Database.KeyExistsAsync(client.Keys.Of(0)).WaitAsync(client.Timeout, client.Clock, cancellation);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            throw new RedisUnavailableException($"{endpoint}: {(fault is RedisServerException ? fault.Message : "did not answer in time")}", fault);
        }
    }

    private async Task<string> RoleOfAsync(RedisLink link, CancellationToken cancellation)
    {
        var answer = (RedisResult[])await link.Database.ExecuteAsync("ROLE").WaitAsync(client.Timeout, client.Clock, cancellation);
        return (string)answer[0] == "master" ? "master" : "replica";
    }
}

/// <summary>The one server that the configuration names.</summary>
internal sealed class SingleTopology(RedisClient client) : RedisTopology(client)
{
    public override Task<RedisLink> OpenAsync(CancellationToken cancellation) => OpenMasterAsync(Client.Settings.Endpoints[0], cancellation);

    public override Task LookAsync(RedisLink link, CancellationToken cancellation) => LookAtRoleAsync(link, cancellation);
}
