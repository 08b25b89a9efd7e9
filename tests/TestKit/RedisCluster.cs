using System.Globalization;

namespace AuthProxy.TestKit;

/// <summary>A Redis Cluster of three primaries that share the slots, without replicas.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16384;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private RedisCluster(IReadOnlyList<RedisServer> nodes) => Nodes = nodes;

    public IReadOnlyList<RedisServer> Nodes { get; }

    public static async Task<RedisCluster> StartAsync()
    {
        var nodes = new List<RedisServer>();
        foreach (var bus in Loopback.FreePorts(3))
        {
            // A cluster that is missing a node goes on with the rest of its slots.
            nodes.Add(await RedisServer.StartAsync(null, false,
                "--cluster-enabled", "yes", "--cluster-port", $"{bus}", "--cluster-node-timeout", "2000", "--cluster-require-full-coverage", "no"));
        }

        var cluster = new RedisCluster(nodes);
        for (var i = 0; i < nodes.Count; i++)
        {
            await nodes[i].AskAsync("CLUSTER", "ADDSLOTSRANGE", Text(Slots * i / 3), Text((Slots * (i + 1) / 3) - 1));
            await nodes[i].AskAsync("CLUSTER", "SET-CONFIG-EPOCH", Text(i + 1));
        }

        foreach (var other in nodes.Skip(1))
        {
            var bus = (await other.AskAsync("CONFIG", "GET", "cluster-port")).Split('\n')[1];
            await nodes[0].AskAsync("CLUSTER", "MEET", "127.0.0.1", Text(other.Port), bus);
        }

        await cluster.WaitUntilWholeAsync();
        return cluster;
    }

    /// <summary>Waits until every node knows who is in charge of each slot.</summary>
    public async Task WaitUntilWholeAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        foreach (var node in Nodes)
        {
            while (await node.AskAsync("CLUSTER", "INFO") is var info
                && !(info.Contains("cluster_state:ok", StringComparison.Ordinal) && info.Contains("cluster_slots_ok:16384", StringComparison.Ordinal)))
            {
                if (patience.IsCancellationRequested)
                {
                    throw new TimeoutException("The cluster does not come together:\n" + info);
                }

                await Task.Delay(50);
            }
        }
    }

    /// <summary>Gives a slot with all its keys from one node to another.</summary>
    public async Task MoveSlotAsync(int slot, RedisServer from, RedisServer to)
    {
        var (source, target) = (await from.AskAsync("CLUSTER", "MYID"), await to.AskAsync("CLUSTER", "MYID"));
        await to.AskAsync("CLUSTER", "SETSLOT", Text(slot), "IMPORTING", source);
        await from.AskAsync("CLUSTER", "SETSLOT", Text(slot), "MIGRATING", target);
        while (await from.AskAsync("CLUSTER", "GETKEYSINSLOT", Text(slot), "100") is { Length: > 0 } keys)
        {
            await from.AskAsync(["MIGRATE", "127.0.0.1", Text(to.Port), "", "0", "5000", "KEYS", .. keys.Split('\n')]);
        }

        foreach (var node in Nodes)
        {
            await node.AskAsync("CLUSTER", "SETSLOT", Text(slot), "NODE", target);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
