namespace AuthProxy.TestKit;

/// <summary>A real Proxy in its own folder, on free ports of loopback.</summary>
public sealed class ProxyProcess : IAsyncDisposable
{
    private readonly IReadOnlyDictionary<string, string>? _environment;

    private ProxyProcess(TestFolder folder, IReadOnlyList<int> ports, IReadOnlyDictionary<string, string>? environment)
    {
        Folder = folder;
        _environment = environment;
        Process = Start();
        (Port, Http2Port, ApiPort) = (ports[0], ports[1], ports[2]);
    }

    public TestFolder Folder { get; }

    public RunningProcess Process { get; private set; }

    /// <summary>Where browsers come in, HTTP/1.1.</summary>
    public int Port { get; }

    /// <summary>Where HTTP/2 without TLS comes in.</summary>
    public int Http2Port { get; }

    /// <summary>Probes, metrics and JWKS.</summary>
    public int ApiPort { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}");

    public Uri Http2Address => new($"http://127.0.0.1:{Http2Port}");

    public Uri ApiAddress => new($"http://127.0.0.1:{ApiPort}");

    /// <summary>Starts a Proxy with these rules and waits until it is ready.</summary>
    /// <param name="rules">A rule file.</param>
    /// <param name="configuration">More of the configuration file, behind data folder, listeners and rules.</param>
    /// <param name="hosts">The public host names, which browsers and tests find on loopback; 127.0.0.1 by default.</param>
    /// <param name="ports">Ports of the proxy, its HTTP/2 and its API listener; free ones where the test does not care.</param>
    /// <param name="urls">The public URLs where another proxy stands in front; made of hosts and port by default.</param>
    /// <param name="proxy">More of the proxy's listener, after a comma.</param>
    /// <param name="serve">More of the listeners, one line.</param>
    /// <param name="environment">Environment variables, which lie over the file: <c>AUTHPROXY__SERVE__LIMITS__HEADERS=4KiB</c>.</param>
    public static async Task<ProxyProcess> StartAsync(
        string rules, string configuration = "", IReadOnlyList<string>? hosts = null, IReadOnlyList<int>? ports = null,
        IReadOnlyDictionary<string, string>? environment = null, IReadOnlyList<string>? urls = null, string proxy = "", string serve = "")
    {
        var folder = new TestFolder();
        ports ??= Loopback.FreePorts(3);
        var publicUrls = urls?.Select(url => $"\"{url}\"") ?? hosts?.Select(host => $"\"http://{host}:{ports[0]}\"") ?? ports.Take(2).Select(port => $"\"http://127.0.0.1:{port}\"");
        folder.Write("rules/rules.yaml", rules);
        folder.Write("authproxy.yaml", $$"""
            data_folder: {{folder.Path}}/data
            serve:
              proxy: { host: 127.0.0.1, port: {{ports[0]}}, h2c_port: {{ports[1]}}, public_urls: [{{string.Join(", ", publicUrls)}}]{{proxy}} }
              api: { host: 127.0.0.1, port: {{ports[2]}} }
              {{serve}}
            access_rules: { repositories: ["{{folder.Path}}/rules"] }
            {{configuration}}
            """);
        var process = new ProxyProcess(folder, ports, environment);
        await process.WaitUntilReadyAsync();
        return process;
    }

    /// <summary>Ends the process as Kubernetes does and starts it again on the same data.</summary>
    public async Task RestartAsync()
    {
        Process.Terminate();
        await Process.WaitForExitAsync();
        await Process.DisposeAsync();
        Process = Start();
        await WaitUntilReadyAsync();
    }

    /// <summary>Ends the process at once, as a crash of its node does.</summary>
    public async Task CrashAsync()
    {
        Process.Crash();
        await Process.WaitForExitAsync();
        await Process.DisposeAsync();
    }

    /// <summary>Starts it again on the same data after a crash.</summary>
    public async Task StartAgainAsync()
    {
        Process = Start();
        await WaitUntilReadyAsync();
    }

    public Task WaitUntilReadyAsync() => Process.WaitUntilAnswersAsync(new Uri(ApiAddress, "/health/ready"));

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Folder.Dispose();
    }

    private RunningProcess Start() =>
        RunningProcess.Start(Repository.Service("src/Proxy", "authproxy"), ["serve", "--config", Path.Combine(Folder.Path, "authproxy.yaml")], Folder.Path, _environment);
}
