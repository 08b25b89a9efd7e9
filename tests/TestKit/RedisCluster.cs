using System.Globalization;

namespace AuthProxy.TestKit;

/// <summary>A Redis Cluster of three primaries that share the slots; each with a replica that takes its place, where a test wants that.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16384;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private RedisCluster(IReadOnlyList<RedisServer> nodes, IReadOnlyList<RedisServer> replicas) => (Nodes, Replicas) = (nodes, replicas);

    /// <summary>The primaries of the start.</summary>
    public IReadOnlyList<RedisServer> Nodes { get; }

    /// <summary>The replica of each, in the same order; empty where there are none.</summary>
    public IReadOnlyList<RedisServer> Replicas { get; }

    /// <param name="replicated">Whether each primary has a replica.</param>
    public static async Task<RedisCluster> StartAsync(bool replicated = false)
    {
        var cluster = new RedisCluster(await StartNodesAsync(3), replicated ? await StartNodesAsync(3) : []);
        for (var i = 0; i < cluster.Nodes.Count; i++)
        {
            await cluster.Nodes[i].AskAsync("CLUSTER", "ADDSLOTSRANGE", Text(Slots * i / 3), Text((Slots * (i + 1) / 3) - 1));
            await cluster.Nodes[i].AskAsync("CLUSTER", "SET-CONFIG-EPOCH", Text(i + 1));
        }

        foreach (var other in cluster.Nodes.Skip(1).Concat(cluster.Replicas))
        {
            var bus = (await other.AskAsync("CONFIG", "GET", "cluster-port")).Split('\n')[1];
            await cluster.Nodes[0].AskAsync("CLUSTER", "MEET", "127.0.0.1", Text(other.Port), bus);
        }

        await UntilWholeAsync(cluster.Nodes);
        for (var i = 0; i < cluster.Replicas.Count; i++)
        {
            await FollowAsync(cluster.Replicas[i], cluster.Nodes[i]);
        }

        return cluster;
    }

    /// <summary>The primary, as of the start, that holds a session.</summary>
    public async Task<RedisServer> HolderOfAsync(string sid)
    {
        foreach (var node in Nodes)
        {
            if (await node.AskAsync("KEYS", $"*:s:{sid}") is { Length: > 0 })
            {
                return node;
            }
        }

        throw new InvalidOperationException("No node holds the session.");
    }

    public RedisServer ReplicaOf(RedisServer node) => Replicas[Nodes.ToList().IndexOf(node)];

    /// <summary>Waits until every other node knows that the replica of a primary has taken its place.</summary>
    public async Task WaitForFailoverAsync(RedisServer from)
    {
        var successor = ReplicaOf(from);
        await UntilAsync(successor, ["INFO", "replication"], answer => answer.Contains("role:master", StringComparison.Ordinal));
        await UntilWholeAsync([.. Nodes.Where(node => node != from), successor]);
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
        foreach (var node in Nodes.Concat(Replicas))
        {
            await node.DisposeAsync();
        }
    }

    private static async Task<IReadOnlyList<RedisServer>> StartNodesAsync(int count)
    {
        var nodes = new List<RedisServer>();
        foreach (var bus in Loopback.FreePorts(count))
        {
            // A cluster that is missing a node goes on with the rest of its slots.
            nodes.Add(await RedisServer.StartAsync(null, false,
                "--cluster-enabled", "yes", "--cluster-port", $"{bus}", "--cluster-node-timeout", "2000", "--cluster-require-full-coverage", "no"));
        }

        return nodes;
    }

    private static async Task FollowAsync(RedisServer replica, RedisServer primary)
    {
        // Until it has heard of the primary it refuses.
        await UntilAsync(replica, ["CLUSTER", "REPLICATE", await primary.AskAsync("CLUSTER", "MYID")], answer => answer == "OK");
        await UntilAsync(primary, ["INFO", "replication"], answer => answer.Contains("state=online", StringComparison.Ordinal));
    }

    // Until every one of them knows who is in charge of each slot.
    private static async Task UntilWholeAsync(IReadOnlyList<RedisServer> nodes)
    {
        foreach (var node in nodes)
        {
            await UntilAsync(node, ["CLUSTER", "INFO"], answer => answer.Contains("cluster_state:ok", StringComparison.Ordinal)
                && answer.Contains($"cluster_slots_ok:{Slots}", StringComparison.Ordinal));
        }
    }

    private static async Task UntilAsync(RedisServer node, string[] question, Predicate<string> isRight)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await node.AskAsync(question) is var answer && !isRight(answer))
        {
            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"The cluster does not come together: {string.Join(' ', question)}\n{answer}");
            }

            await Task.Delay(50);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
