namespace AuthProxy.TestKit;

/// <summary>A master, two replicas, and three Sentinels that watch them.</summary>
public sealed class RedisSentinels : IAsyncDisposable
{
    public const string MasterName = "sessions";
    public const string Password = "servers-password";
    public const string SentinelPassword = "sentinels-password";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TestFolder _folder = new();

    private RedisSentinels()
    {
    }

    public IReadOnlyList<RedisServer> Servers { get; private set; } = [];

    public IReadOnlyList<RedisServer> Sentinels { get; private set; } = [];

    public static async Task<RedisSentinels> StartAsync()
    {
        var all = new RedisSentinels();
        var master = await RedisServer.StartAsync(Password);
        string[] following = ["--replicaof", "127.0.0.1", $"{master.Port}"];
        all.Servers = [master, await RedisServer.StartAsync(Password, false, following), await RedisServer.StartAsync(Password, false, following)];
        await all.UntilAsync(async () => (await master.AskAsync("INFO", "replication")).Contains("connected_slaves:2", StringComparison.Ordinal)
            && !(await master.AskAsync("INFO", "replication")).Contains("state=wait", StringComparison.Ordinal), "replicas");
        var sentinels = new List<RedisServer>();
        foreach (var port in Loopback.FreePorts(3))
        {
            sentinels.Add(await RedisServer.StartSentinelAsync(port, all._folder, Configuration(port, master.Port), SentinelPassword));
        }

        all.Sentinels = sentinels;
        foreach (var sentinel in sentinels)
        {
            await all.UntilAsync(async () => await all.KnowsAllAsync(sentinel), "Sentinels that know each other and the replicas");
        }

        return all;
    }

    /// <summary>The server that the Sentinels name as master.</summary>
    public async Task<RedisServer> MasterAsync()
    {
        var address = (await Sentinels[0].AskAsync("SENTINEL", "get-master-addr-by-name", MasterName)).Split('\n');
        return Servers.Single(server => $"{server.Port}" == address[1]);
    }

    /// <summary>Waits until the Sentinels name another master.</summary>
    public Task WaitForFailoverAsync(RedisServer from) => UntilAsync(async () => await MasterAsync() != from, "a failover");

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Sentinels.Concat(Servers))
        {
            await process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static string Configuration(int port, int master) =>
        $"""
        port {port}
        bind 127.0.0.1
        requirepass {SentinelPassword}
        sentinel sentinel-pass {SentinelPassword}
        sentinel monitor {MasterName} 127.0.0.1 {master} 2
        sentinel auth-pass {MasterName} {Password}
        sentinel down-after-milliseconds {MasterName} 700
        sentinel failover-timeout {MasterName} 3000

        """;

    private async Task<bool> KnowsAllAsync(RedisServer sentinel)
    {
        var told = (await sentinel.AskAsync("SENTINEL", "master", MasterName)).Split('\n');
        string ValueOf(string name) => told[Array.IndexOf(told, name) + 1];
        return ValueOf("num-slaves") == "2" && ValueOf("num-other-sentinels") == "2" && ValueOf("flags") == "master";
    }

    private async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"There were no {what}:\n{string.Join('\n', Sentinels.Concat(Servers).Select(server => server.Process.Output))}");
            }

            await Task.Delay(50);
        }
    }
}
