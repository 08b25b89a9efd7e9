using System.Globalization;
using System.Text.Json;

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
    /// <param name="accessTokenLife">How long an access token lives; null: an hour.</param>
    /// <param name="client">More of the client's metadata, a JSON object.</param>
    public static async Task<OidcProvider> StartAsync(
        string redirectUri, string postLogoutRedirectUri, string? backChannelLogoutUri = null, TimeSpan? accessTokenLife = null, string client = "{}")
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
            environment: new Dictionary<string, string>
            {
                ["OIDC_PROVIDER_HOME"] = home,
                ["OIDC_PROVIDER_CLIENT"] = client,
                ["ACCESS_TOKEN_TTL"] = ((int)(accessTokenLife ?? TimeSpan.FromHours(1)).TotalSeconds).ToString(CultureInfo.InvariantCulture),
            });
        var provider = new OidcProvider(process, port);
        await process.WaitUntilAnswersAsync(new Uri(provider.Issuer + "/.well-known/openid-configuration"));
        return provider;
    }

    /// <summary>Makes its token endpoint slow, before it acts or after, or lets it answer an error instead; counts anew from now on.</summary>
    public async Task ShapeTokenEndpointAsync(TimeSpan before = default, TimeSpan after = default, int status = 0, string error = "") => await CountAsync(
        string.Create(CultureInfo.InvariantCulture, $"?before={before.TotalMilliseconds}&after={after.TotalMilliseconds}&status={status}&error={error}"));

    /// <summary>What was asked of the token endpoint, and what became of refreshes, since it was last shaped.</summary>
    public Task<RefreshCount> CountRefreshesAsync() => CountAsync("");

    /// <summary>Ends it as a crash does: nobody answers at its address then.</summary>
    public async Task CrashAsync()
    {
        _process.Crash();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync() => await _process.DisposeAsync();

    private async Task<RefreshCount> CountAsync(string query)
    {
        using var client = Loopback.Client();
        using var json = JsonDocument.Parse(await client.GetStringAsync(new Uri($"{Issuer}/test/refreshes{query}")));
        var counts = json.RootElement;
        return new RefreshCount(counts.GetProperty("asked").GetInt32(), counts.GetProperty("succeeded").GetInt32(), counts.GetProperty("refused").GetInt32());
    }
}

/// <param name="Asked">Requests at the token endpoint.</param>
/// <param name="Succeeded">Refresh tokens that were exchanged.</param>
/// <param name="Refused">Refresh tokens that were not.</param>
public sealed record RefreshCount(int Asked, int Succeeded, int Refused);
