using System.Collections.Concurrent;
using System.Net.Http.Headers;
using AuthProxy.Proxy.Tests.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Proxy.Tests.Observability;

public class AccessLogTests
{
    private const string Rules = """
        version: authproxy/v1
        rules:
          - id: orders
            match: { path: "/**" }
            upstream: http://127.0.0.1:1
            authenticators:
              - handler: jwt
                config: { jwks_urls: ["{keys}"], allowed_algorithms: [ES256], trusted_issuers: ["https://issuer.example"], target_audience: [orders] }
            authorizers: [deny]
        """;

    [Fact]
    public async Task Decision_is_one_line_with_its_rule_and_reason_and_nothing_secret()
    {
        var lines = new Lines();
        await using var proxy = await RunningProxy.StartAsync(Rules, replace: services => Listen(services, lines));
        var token = TestTokens.Mint(RunningProxy.IssuerKey, TimeProvider.System.GetUtcNow());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/lunasec-a1b2/secret-path?ticket=hunter2");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Cookie", "__Host-authproxy=cookie-secret");

        using var response = await proxy.Client.SendAsync(request);
        await lines.WaitForAsync("Answered");

        var answered = Assert.Single(lines.All, line => line.StartsWith("Answered", StringComparison.Ordinal));
        Assert.Contains("403", answered, StringComparison.Ordinal);
        Assert.Contains("rule orders", answered, StringComparison.Ordinal);
        Assert.Contains("authenticator jwt", answered, StringComparison.Ordinal);
        Assert.Contains("access-denied", answered, StringComparison.Ordinal);
        var refused = Assert.Single(lines.All, line => line.StartsWith("Refused as access-denied under rule orders", StringComparison.Ordinal));
        Assert.Contains("lets nobody pass", refused, StringComparison.Ordinal);
        Assert.All(["hunter2", "secret-path", "lunasec-", "cookie-secret", token, token.Split('.')[2], "alice"], secret =>
            Assert.DoesNotContain(lines.All, line => line.Contains(secret, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Access_log_switched_off_leaves_the_refusals()
    {
        var lines = new Lines();
        await using var proxy = await RunningProxy.StartAsync(Rules, "sessions: { store: memory }", services =>
        {
            Listen(services, lines);
            var settings = Requests.Settings("serve: { proxy: { access_log: false } }");
            services.AddSingleton(settings.Serve.Proxy);
        });

        using var response = await proxy.Client.GetAsync(new Uri("/x", UriKind.Relative));
        await lines.WaitForAsync("Refused");

        Assert.DoesNotContain(lines.All, line => line.StartsWith("Answered", StringComparison.Ordinal));
    }

    private static void Listen(IServiceCollection services, Lines lines) => services.AddLogging(logging => logging
        .ClearProviders()
        .SetMinimumLevel(LogLevel.Information)
        .AddProvider(lines));

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();
        private readonly SemaphoreSlim _written = new(0);

        public IEnumerable<string> All => _lines;

        // The line is written after the answer has gone out.
        public async Task WaitForAsync(string start)
        {
            while (!_lines.Any(line => line.StartsWith(start, StringComparison.Ordinal)))
            {
                Assert.True(await _written.WaitAsync(TimeSpan.FromSeconds(20)), $"no line begins with {start}");
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            _lines.Enqueue(formatter(state, exception));
            _written.Release();
        }

        public void Dispose()
        {
        }
    }
}
