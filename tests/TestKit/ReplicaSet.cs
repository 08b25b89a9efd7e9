using System.Security.Cryptography;

namespace AuthProxy.TestKit;

/// <summary>
/// Several Proxies of one realm behind one address, as the replicas of a Deployment stand behind a Service: the same rules, the same
/// realm keys, one session store, and each its own folder and process.
/// </summary>
public sealed class ReplicaSet : IAsyncDisposable
{
    private readonly TestFolder _shared;
    private readonly Balancer _balancer;
    private readonly List<ProxyProcess> _replicas = [];

    private ReplicaSet(TestFolder shared, Balancer balancer) => (_shared, _balancer) = (shared, balancer);

    /// <summary>The public port: every new connection goes to the next replica that is not cut off.</summary>
    public int Port => _balancer.Port;

    public IReadOnlyList<ProxyProcess> Replicas => _replicas;

    /// <summary>Starts the replicas together and waits until all are ready.</summary>
    /// <param name="count">How many.</param>
    /// <param name="balancer">The public address.</param>
    /// <param name="rules">A rule file.</param>
    /// <param name="sessions">The store, as flow members of <c>sessions</c>: <c>store: redis, redis: { … }</c>; null: one sqlite file for all.</param>
    /// <param name="configuration">More of the configuration file.</param>
    /// <param name="hosts">The public host names.</param>
    /// <param name="environment">Environment variables, which lie over the file.</param>
    public static async Task<ReplicaSet> StartAsync(
        int count, Balancer balancer, string rules, string configuration, IReadOnlyList<string> hosts, string? sessions = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var set = new ReplicaSet(new TestFolder(), balancer);
        set._shared.Write("keys/1.key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        sessions ??= $"store: sqlite, path: {set._shared.Path}/sessions.db";
        var text = $$"""
            sessions: { keys_folder: {{set.KeysFolder}}, {{sessions}} }
            {{configuration}}
            """;
        try
        {
            set._replicas.AddRange(await Task.WhenAll(Enumerable.Range(0, count).Select(_ => ProxyProcess.StartAsync(
                rules, text, environment: environment, urls: [.. hosts.Select(host => $"http://{host}:{balancer.Port}")]))));
        }
        catch
        {
            await set.DisposeAsync();
            throw;
        }

        balancer.Targets = [.. set._replicas.Select(replica => replica.Port)];
        return set;
    }

    /// <summary>The realm's keys, which all replicas read.</summary>
    public string KeysFolder => Path.Combine(_shared.Path, "keys");

    /// <summary>Sends every new connection to one replica; null: to each in turn again.</summary>
    public void SendTo(int? replica) =>
        _balancer.Targets = [.. _replicas.Where((_, index) => replica is null || index == replica).Select(running => running.Port)];

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        await _balancer.DisposeAsync();
        _shared.Dispose();
    }
}
