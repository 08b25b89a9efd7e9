using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Integrations;

/// <summary>A real proxy of somebody else's in front of an application, run with the configuration in samples/integrations.</summary>
public sealed class Gateway : IAsyncDisposable
{
    public const string Host = "shop.app.localhost";

    private readonly TestFolder _folder;
    private readonly RunningProcess _process;

    private Gateway(TestFolder folder, RunningProcess process) => (_folder, _process) = (folder, process);

    public string Output => _process.Output;

    public static async Task<Gateway> StartNginxAsync(GatewayPorts ports)
    {
        var folder = new TestFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "logs"));
        folder.Write("nginx.conf", await ConfigurationAsync("nginx.conf", ports));
        folder.Write("caller-key.conf", $"proxy_set_header X-AuthProxy-Caller-Key \"{ports.CallerKey}\";\n");
        return await StartAsync(folder, ports, new ProgramFile("nginx", ["-p", folder.Path, "-c", "nginx.conf", "-e", "stderr"]));
    }

    public static async Task<Gateway> StartCaddyAsync(GatewayPorts ports)
    {
        var folder = new TestFolder();
        folder.Write("Caddyfile", await ConfigurationAsync("Caddyfile", ports));
        return await StartAsync(folder, ports, new ProgramFile("caddy", ["run", "--config", "Caddyfile", "--adapter", "caddyfile"]));
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<Gateway> StartAsync(TestFolder folder, GatewayPorts ports, ProgramFile program)
    {
        var process = RunningProcess.Start(program, [], folder.Path, new Dictionary<string, string>
        {
            ["AUTHPROXY_CALLER_KEY"] = ports.CallerKey,
            ["XDG_DATA_HOME"] = folder.Path,
            ["XDG_CONFIG_HOME"] = folder.Path,
        });
        await WaitUntilListeningAsync(process, ports.Gateway);
        return new Gateway(folder, process);
    }

    // Any answer will do: without a decision it is a refusal.
    private static async Task WaitUntilListeningAsync(RunningProcess process, int port)
    {
        using var client = Loopback.Client();
        for (var attempt = 0; attempt < 300; attempt++)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://{Host}:{port}/"));
                return;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(50);
            }
        }

        throw new InvalidOperationException("The gateway does not answer: " + process.Output);
    }

    private static async Task<string> ConfigurationAsync(string name, GatewayPorts ports) =>
        (await File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples", "integrations", name)))
            .Replace("shop.example.com", Host, StringComparison.Ordinal)
            .Replace(":8080", $":{ports.Gateway}", StringComparison.Ordinal)
            .Replace(":3000", $":{ports.Application}", StringComparison.Ordinal)
            .Replace(":4455", $":{ports.Proxy}", StringComparison.Ordinal)
            .Replace(":4456", $":{ports.Decisions}", StringComparison.Ordinal);
}

/// <summary>Who listens where, in place of the ports that the samples name.</summary>
public sealed record GatewayPorts(int Gateway, int Application, int Proxy, int Decisions, string CallerKey);
