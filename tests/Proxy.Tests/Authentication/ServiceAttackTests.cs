using System.Collections.Concurrent;
using AuthProxy.Proxy.Authentication.ApiKey;
using AuthProxy.Proxy.Tests.Pipeline;
using AuthProxy.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Proxy.Tests.Authentication;

/// <summary>What services and clients may do to authenticators that ask, on real listeners.</summary>
public sealed class ServiceAttackTests : IAsyncLifetime, IDisposable
{
    private readonly ConcurrentQueue<string> _log = new();
    private readonly TestFolder _folder = new();
    private readonly GeneratedApiKey _key = ApiKeys.Generate("ci");
    private StubService _service = null!;
    private StubService _application = null!;
    private RunningProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        _service = await StubService.StartAsync();
        _service.Answer = StubService.Saying(200, """{"subject":"u1","active":true,"sub":"u1"}""");
        _application = await StubService.StartAsync();
        _proxy = await RunningProxy.StartAsync(
            $$"""
            version: authproxy/v1
            defaults: { upstream: {{_application.Address}}, mutators: [noop] }
            rules:
              - id: session
                match: { path: /session/** }
                authenticators: [ { handler: cookie_session, config: { check_session_url: "{{_service.Address}}/whoami", preserve_path: true, only: [s], forward_http_headers: [X-Trace], timeout: 300ms } } ]
              - id: token
                match: { path: /token/** }
                authenticators: [ { handler: oauth2_introspection, config: { introspection_url: "{{_service.Address}}/introspect", retry: { give_up_after: 300ms } } } ]
              - id: key
                match: { path: /key/** }
                authenticators: [ { handler: api_key, config: { keys_file: "{{_folder.Write("keys.yaml", "keys:\n" + _key.Entry)}}" } } ]
            """,
            replace: services => services
                .AddSingleton<ILoggerProvider>(new RecordingLoggerProvider(_log))
                .Configure<LoggerFilterOptions>(filter => filter.MinLevel = LogLevel.Trace));
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _application.DisposeAsync();
        await _service.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/session/x", 503), InlineData("/token/x", 500)]
    public async Task Slow_service_holds_a_request_no_longer_than_its_time(string path, int status)
    {
        _service.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);

        Assert.Equal(status, await StatusAsync("GET", path).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Empty(_application.Arrived);
    }

    [Theory]
    [InlineData("/session/x", 503), InlineData("/token/x", 500)]
    public async Task Oversize_answer_is_not_read(string path, int status)
    {
        _service.Answer = StubService.Saying(200, $$"""{"subject":"u1","active":true,"sub":"u1","x":"{{new string('x', 1024 * 1024)}}"}""");

        Assert.Equal(status, await StatusAsync("GET", path));
        Assert.Empty(_application.Arrived);
    }

    [Theory]
    [InlineData("/session/x", 401), InlineData("/token/x", 500)]
    public async Task Redirect_of_a_service_is_not_followed(string path, int status)
    {
        _service.Answer = context => (context.Request.Path == "/elsewhere"
            ? StubService.Saying(200, """{"subject":"admin","active":true,"sub":"admin"}""")
            : StubService.Saying(302, "", ("Location", "/elsewhere")))(context);

        Assert.Equal(status, await StatusAsync("GET", path));
        Assert.DoesNotContain(_service.Arrived, question => question.Target == "/elsewhere");
    }

    [Fact]
    public async Task Forwarded_header_begins_no_other_header()
    {
        await RawRequest.SendAsync(_proxy.Address, "GET /session/x HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: s=1\r\nX-Trace: a\u00e9\u0085 X-Api-Key: forged\r\nConnection: close\r\n\r\n");

        Assert.True(_service.Arrived.TryDequeue(out var question));
        Assert.False(question.Headers.ContainsKey("X-Api-Key"));
        Assert.EndsWith(" X-Api-Key: forged", question.Headers["X-Trace"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_cookie_stays_here_and_the_applications_own_travel_on()
    {
        Assert.Equal(200, await StatusAsync("GET", "/session/x", ("Cookie", "theme=dark; s=secret; lang=de")));

        Assert.True(_application.Arrived.TryDequeue(out var arrived));
        Assert.Equal("theme=dark; lang=de", arrived.Headers["Cookie"]);
    }

    [Theory]
    [InlineData("cross-site", 403), InlineData("same-origin", 200)]
    public async Task Form_posted_from_another_origin_does_not_use_the_session(string site, int status) =>
        Assert.Equal(status, await StatusAsync("POST", "/session/x", ("Sec-Fetch-Site", site)));

    [Fact]
    public async Task Api_key_stays_here()
    {
        Assert.Equal(200, await StatusAsync("GET", "/key/x", ("X-Api-Key", _key.Key)));

        Assert.True(_application.Arrived.TryDequeue(out var arrived));
        Assert.False(arrived.Headers.ContainsKey("X-Api-Key"));
    }

    [Fact]
    public async Task Two_cookies_and_two_tokens_of_one_kind_are_refused_before_anybody_is_asked()
    {
        var cookies = await RawRequest.SendAsync(_proxy.Address, "GET /session/x HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: s=1\r\nCookie: s=2\r\nConnection: close\r\n\r\n");
        var tokens = await RawRequest.SendAsync(_proxy.Address, "GET /token/x HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\nConnection: close\r\n\r\n");

        Assert.Contains("credentials-ambiguous", cookies, StringComparison.Ordinal);
        Assert.Contains("credentials-ambiguous", tokens, StringComparison.Ordinal);
        Assert.Empty(_service.Arrived);
    }

    [Fact]
    public async Task No_credential_is_ever_logged()
    {
        _service.Answer = StubService.Saying(418, "hunter2");
        await StatusAsync("GET", "/session/x?token=hunter2", ("Cookie", "s=hunter2"));
        await StatusAsync("GET", "/token/x?token=hunter2", ("Authorization", "Bearer hunter2"));
        await StatusAsync("GET", "/key/x?token=hunter2", ("X-Api-Key", "hunter2"));

        Assert.Contains(_log, line => line.Contains("credentials-invalid", StringComparison.Ordinal));
        Assert.DoesNotContain(_log, line => line.Contains("hunter2", StringComparison.Ordinal));
    }

    private async Task<int> StatusAsync(string method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer t1");
        request.Headers.TryAddWithoutValidation("Cookie", "s=1");
        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _proxy.Client.SendAsync(request);
        return (int)response.StatusCode;
    }

    private sealed class RecordingLoggerProvider(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
