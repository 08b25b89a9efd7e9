namespace AuthProxy.TestKit;

/// <summary>The certified oidc-provider from npm, as a process of its own.</summary>
public sealed class OidcProvider : IAsyncDisposable
{
    private readonly RunningProcess _process;

    private OidcProvider(RunningProcess process, int port)
    {
        _process = process;
        Issuer = $"http://127.0.0.1:{port}";
    }

    public string Issuer { get; }

    public const string ClientId = "authproxy";

    public const string ClientSecret = "test-secret";

    /// <param name="redirectUri">Where people are sent back to.</param>
    /// <param name="postLogoutRedirectUri">Where they are sent when they have logged out.</param>
    /// <param name="backChannelLogoutUri">Where logouts are told; null: nowhere.</param>
    public static async Task<OidcProvider> StartAsync(string redirectUri, string postLogoutRedirectUri, string? backChannelLogoutUri = null)
    {
        var home = Path.Combine(Repository.Root, ".cache", "npm");
        if (!Directory.Exists(Path.Combine(home, "node_modules", "oidc-provider")))
        {
            throw new DirectoryNotFoundException("oidc-provider is not installed; ./test.sh installs it into .cache/npm.");
        }

        var port = Loopback.FreePorts(1)[0];
        var script = Path.Combine(Repository.Root, "tests", "EndToEnd.Tests", "Login", "provider.mjs");
        var process = RunningProcess.Start(
            new ProgramFile("node", [script]),
            [$"{port}", redirectUri, postLogoutRedirectUri, backChannelLogoutUri ?? ""],
            environment: new Dictionary<string, string> { ["OIDC_PROVIDER_HOME"] = home });
        var provider = new OidcProvider(process, port);
        await process.WaitUntilAnswersAsync(new Uri(provider.Issuer + "/.well-known/openid-configuration"));
        return provider;
    }

    public async ValueTask DisposeAsync() => await _process.DisposeAsync();
}
