namespace AuthProxy.Demo;

/// <summary>All processes of the demo, started together and stopped together.</summary>
internal sealed class DemoSystem : IAsyncDisposable
{
    private readonly List<DemoProcess> _processes = [];

    public static async Task<DemoSystem> StartAsync(DemoWorkspace workspace, DemoAddresses addresses, CancellationToken cancellation)
    {
        var system = new DemoSystem();
        try
        {
            await system.StartAllAsync(workspace, addresses, cancellation);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends when one of the processes does, which none of them should.</summary>
    public async Task<string> WaitForFirstExitAsync(CancellationToken cancellation)
    {
        var exits = _processes.ToDictionary(process => process.WaitForExitAsync(cancellation), process => process.Name);
        var first = await Task.WhenAny(exits.Keys);
        await first;
        return exits[first];
    }

    /// <summary>The Proxy first, so that nothing new comes in while the others end.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _processes.Where(process => process.Name == "proxy"))
        {
            await proxy.DisposeAsync();
        }

        await Task.WhenAll(_processes.Where(process => process.Name != "proxy").Select(process => process.DisposeAsync().AsTask()));
        _processes.Clear();
    }

    private async Task StartAllAsync(DemoWorkspace workspace, DemoAddresses addresses, CancellationToken cancellation)
    {
        var provider = Start(
            "identity-provider", "samples/IdentityProvider", "AuthProxy.IdentityProvider",
            "--port", $"{addresses.IdentityProviderPort}",
            "--redirect-uri", $"{addresses.Bank}/.authproxy/callback",
            "--post-logout-redirect-uri", $"{addresses.Bank}/",
            "--post-logout-redirect-uri", $"{addresses.Bank}/.authproxy/signed-out");
        var tokenizer = Start("tokenizer", "src/Tokenizer", "tokenizer", "serve", "--config", workspace.TokenizerConfiguration);
        var bank = Start(
            "bank", "samples/Bank", "AuthProxy.Bank",
            $"--urls={addresses.BankApplication}",
            $"--Bank:Identity:Issuer={addresses.ProxyApi}",
            $"--Bank:Identity:JwksUrl={addresses.ProxyApi}/.well-known/jwks.json",
            $"--Bank:Tokenizer:Url={addresses.TokenizerServices}",
            $"--Bank:Tokenizer:KeyFile={workspace.BankKeyFile}",
            $"--Bank:VaultOrigin={addresses.Vault}");
        var proxy = Start("proxy", "src/Proxy", "authproxy", "serve", "--config", workspace.ProxyConfiguration);

        using var http = new HttpClient();
        await Task.WhenAll(
            provider.WaitUntilReadyAsync(http, addresses.IdentityProvider + "/.well-known/openid-configuration", cancellation),
            tokenizer.WaitUntilReadyAsync(http, addresses.TokenizerServices + "/health", cancellation),
            bank.WaitUntilReadyAsync(http, addresses.BankApplication + "/healthz", cancellation),
            proxy.WaitUntilReadyAsync(http, addresses.ProxyApi + "/health/ready", cancellation));

        DemoProcess Start(string name, string project, string assembly, params ReadOnlySpan<string> arguments)
        {
            var process = DemoProcess.Start(name, project, assembly, workspace, arguments);
            _processes.Add(process);
            return process;
        }
    }
}
