namespace AuthProxy.TestKit;

/// <summary>A real Proxy in its own folder, on free ports of loopback.</summary>
public sealed class ProxyProcess : IAsyncDisposable
{
    private ProxyProcess(TestFolder folder, RunningProcess process, IReadOnlyList<int> ports)
    {
        Folder = folder;
        Process = process;
        (Port, Http2Port, ApiPort) = (ports[0], ports[1], ports[2]);
    }

    public TestFolder Folder { get; }

    public RunningProcess Process { get; }

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
    /// <param name="proxyKeys">More keys of <c>serve.proxy</c>, as YAML in flow form: <c>, drain: { delay: 1s }</c>.</param>
    public static async Task<ProxyProcess> StartAsync(string rules, string configuration = "", string proxyKeys = "")
    {
        var folder = new TestFolder();
        var ports = Loopback.FreePorts(3);
        folder.Write("rules/rules.yaml", rules);
        var file = folder.Write("authproxy.yaml", $$"""
            data_folder: {{folder.Path}}/data
            serve:
              proxy: { host: 127.0.0.1, port: {{ports[0]}}, h2c: { port: {{ports[1]}} }, public_urls: ["http://127.0.0.1:{{ports[0]}}", "http://127.0.0.1:{{ports[1]}}"]{{proxyKeys}} }
              api: { host: 127.0.0.1, port: {{ports[2]}} }
            access_rules: { repositories: ["{{folder.Path}}/rules"] }
            {{configuration}}
            """);
        var process = RunningProcess.Start(Repository.Service("src/Proxy", "authproxy"), ["serve", "--config", file], folder.Path);
        var proxy = new ProxyProcess(folder, process, ports);
        await process.WaitUntilAnswersAsync(new Uri(proxy.ApiAddress, "/health/ready"));
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Folder.Dispose();
    }
}
