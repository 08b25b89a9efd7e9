using System.Net;
using System.Net.Sockets;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Matching;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Proxy.Tests.Pipeline;

/// <summary>What somebody sends who knows how the Proxy works.</summary>
public sealed class AttackTests : IAsyncLifetime
{
    private StubService _application = null!;
    private RunningProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        _application = await StubService.StartAsync();
        _proxy = await RunningProxy.StartAsync(
            $$$"""
            version: authproxy/v1
            defaults: { upstream: {{{_application.Address}}}, authenticators: [anonymous], mutators: [noop] }
            rules:
              - { id: all, match: { path: "/**" } }
              - { id: named, match: { path: /named }, mutators: [ { handler: header, config: { headers: { X-User: "{{ print .Subject }}" } } } ] }
              - { id: reloading, match: { path: /reloading }, authenticators: [reloading] }
            """,
            replace: services => services.AddSingleton<IHandlerKind<IAuthenticator>, ReloadingKind>());
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task Cross_site_tracing_does_not_show_what_the_upstream_is_told()
    {
        var answer = await SendAsync("TRACE /named HTTP/1.1");

        Assert.StartsWith("HTTP/1.1 405", answer, StringComparison.Ordinal);
        Assert.Contains("method-not-allowed", answer, StringComparison.Ordinal);
        Assert.Empty(_application.Arrived);
    }

    [Theory]
    [InlineData("/.AUTHPROXY/logout"), InlineData("/.AuthProxy/%6cogin"), InlineData("/%2eAUTHPROXY/")]
    public async Task Reserved_path_in_another_spelling_does_not_reach_the_application(string path)
    {
        var answer = await SendAsync($"GET {path} HTTP/1.1");

        Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
        Assert.Empty(_application.Arrived);
    }

    [Fact]
    public async Task Rules_loaded_in_the_middle_of_a_request_open_no_gap_for_a_forged_header()
    {
        var answer = await SendAsync("GET /reloading HTTP/1.1", "X-User: mallory");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.True(_application.Arrived.TryDequeue(out var arrived));
        Assert.DoesNotContain("X-User", arrived.Headers.Keys);
    }

    [Theory]
    [InlineData("CONNECT / HTTP/1.1"), InlineData("connect /named HTTP/1.1")]
    public async Task Tunnel_through_the_proxy_is_refused_before_any_rule(string line)
    {
        var answer = await SendAsync(line);

        Assert.StartsWith("HTTP/1.1 405", answer, StringComparison.Ordinal);
        Assert.Empty(_application.Arrived);
    }

    [Theory]
    [InlineData("OPTIONS * HTTP/1.1")]
    [InlineData("CONNECT 127.0.0.1:22 HTTP/1.1")]
    [InlineData("CONNECT / HTTP/1.1")]
    [InlineData("GET http://other.example/ HTTP/1.1")]
    [InlineData("GET http://user@127.0.0.1/ HTTP/1.1")]
    [InlineData("GET ftp://127.0.0.1/ HTTP/1.1")]
    [InlineData("GET /%ff%fe HTTP/1.1")]
    [InlineData("GET /%00 HTTP/1.1")]
    [InlineData("GET /? HTTP/1.0")]
    [InlineData("GET / HTTP/1.1", "Host: other")]
    [InlineData("GET / HTTP/1.1", "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA")]
    [InlineData("POST / HTTP/1.1", "Upgrade: h2c", "Connection: Upgrade", "Content-Length: 3")]
    [InlineData("POST / HTTP/1.1", "Content-Length: 3", "Transfer-Encoding: chunked")]
    [InlineData("POST / HTTP/1.1", "Transfer-Encoding: chunked, identity")]
    [InlineData("POST / HTTP/1.1", "Content-Length: 1", "Content-Length: 2")]
    [InlineData("GET / HTTP/1.1", "Cookie: \u0080\u00ff=\u00e9; ;=;==;=__Host-authproxy=x")]
    [InlineData("GET / HTTP/1.1", "X-Latin: \u00e9\u00ff")]
    [InlineData("get / HTTP/1.1")]
    [InlineData("G~T / HTTP/1.1")]
    [InlineData("GET / HTTP/1.1", "Connection: Host, Content-Length, X-Auth-Subject, , ,")]
    [InlineData("GET / HTTP/1.1", "TE: trailers, deflate;q=0.5", "Trailer: X-Auth-Subject")]
    public async Task Malformed_request_is_no_fault_of_ours(string line, params string[] headers)
    {
        var answer = await SendAsync(line, headers);

        Assert.StartsWith("HTTP/1.1 ", answer, StringComparison.Ordinal);
        Assert.DoesNotMatch("^HTTP/1.1 5", answer);
    }

    [Fact]
    public async Task Upstream_that_promises_a_body_where_none_can_be_is_passed_on_without_the_promise()
    {
        using var upstream = new TcpListener(IPAddress.Loopback, 0);
        upstream.Start();
        var answering = Task.Run(async () =>
        {
            using var connection = await upstream.AcceptTcpClientAsync();
            var stream = connection.GetStream();
            _ = await stream.ReadAsync(new byte[4096]);
            await stream.WriteAsync("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"u8.ToArray());
        });
        await using var proxy = await RunningProxy.StartAsync(
            $$"""
            version: authproxy/v1
            rules:
              - { id: all, match: { path: "/**" }, authenticators: [anonymous], mutators: [noop], upstream: "http://{{upstream.LocalEndpoint}}" }
            """);

        using var response = await proxy.Client.GetAsync("/").WaitAsync(TimeSpan.FromSeconds(20));
        await answering;

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    private Task<string> SendAsync(string line, params string[] headers)
    {
        var head = headers.Any(header => header.StartsWith("Host:", StringComparison.Ordinal)) ? headers : [.. headers, "Host: 127.0.0.1"];
        return RawRequest.SendAsync(_proxy.Address, $"{line}\r\n{string.Join("\r\n", head)}\r\nConnection: close\r\n\r\n0\r\n\r\n").WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>Loads other rules while it is asked.</summary>
    private sealed class ReloadingKind(RuleSource rules) : IHandlerKind<IAuthenticator>, IAuthenticator
    {
        public string Name => "reloading";

        public Schema Schema { get; } = NoSettings.Of("reloading", "Loads other rules.");

        public bool GivesSession => false;

        public IAuthenticator Prepare(HandlerPreparation preparation) => this;

        public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
        {
            rules.Take(PreparedRules.Empty);
            return new(new AuthenticationOutcome.Accepted(Subject.WithoutClaims("https://issuer.example", "alice")));
        }
    }
}
