using AuthProxy.Proxy.Tests.Pipeline;

namespace AuthProxy.Proxy.Tests.Attacks;

/// <summary>A Proxy in front of an application, with something open, something closed and something for few, and somebody who sends bytes.</summary>
internal sealed class AttackedProxy : IAsyncDisposable
{
    /// <summary>Believes tokens of the tests' issuer; a value in flow form for rules of both forms.</summary>
    public const string Jwt =
        """{ handler: jwt, config: { jwks_urls: ["{keys}"], allowed_algorithms: [ES256], trusted_issuers: ["https://issuer.example"], target_audience: [orders] } }""";

    private AttackedProxy(StubService application, RunningProxy proxy) => (Application, Proxy) = (application, proxy);

    public StubService Application { get; }

    public RunningProxy Proxy { get; }

    /// <param name="rules">A rule file; {application} stands for the application's address, {jwt} for <see cref="Jwt"/>.</param>
    /// <param name="configuration">More of the configuration.</param>
    public static async Task<AttackedProxy> StartAsync(string rules, string configuration = "")
    {
        var application = await StubService.StartAsync();
        return new AttackedProxy(application, await RunningProxy.StartAsync(
            rules.Replace("{application}", application.Address, StringComparison.Ordinal).Replace("{jwt}", Jwt, StringComparison.Ordinal), configuration));
    }

    public static string Token(string subject = "alice", Action<System.Text.Json.Utf8JsonWriter>? more = null) =>
        TestTokens.Mint(RunningProxy.IssuerKey, DateTimeOffset.UtcNow, subject, more: more);

    /// <summary>The status of the answer to a request that is sent as it is; a Host is added where there is none.</summary>
    public async Task<int> SendAsync(string line, params string[] headers) => StatusOf(await AnswerAsync(line, headers));

    /// <summary>The whole answer.</summary>
    public Task<string> AnswerAsync(string line, params string[] headers)
    {
        var head = headers.Any(header => header.StartsWith("Host:", StringComparison.OrdinalIgnoreCase)) ? headers : [.. headers, "Host: 127.0.0.1"];
        return RawRequest.SendAsync(Proxy.Address, $"{line} HTTP/1.1\r\n{string.Join("\r\n", head)}\r\nConnection: close\r\n\r\n").WaitAsync(TimeSpan.FromSeconds(20));
    }

    public static int StatusOf(string answer) => int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The one request that reached the application.</summary>
    public ArrivedRequest Arrived() => Assert.Single(Application.Arrived);

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Application.DisposeAsync();
    }
}
