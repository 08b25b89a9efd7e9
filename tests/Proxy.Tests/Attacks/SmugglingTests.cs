using AuthProxy.Proxy.Tests.Pipeline;

namespace AuthProxy.Proxy.Tests.Attacks;

/// <summary>One request that could be two, or that says more than its head.</summary>
public sealed class SmugglingTests : IAsyncLifetime
{
    private AttackedProxy _proxy = null!;

    public async Task InitializeAsync() => _proxy = await AttackedProxy.StartAsync(
        """
        version: authproxy/v1
        defaults: { upstream: "{application}", authenticators: [anonymous], mutators: [ { handler: header, config: { headers: { X-User: "{{ print .Subject }}" } } } ] }
        rules:
          - { id: public, match: { path: "/public/**" } }
          - { id: admin, match: { path: "/admin/**" }, authenticators: [ {jwt} ] }
          - { id: reading, match: { path: /reading, methods: [GET] } }
          - { id: deleting, match: { path: /reading, methods: [DELETE] }, authenticators: [ {jwt} ] }
        """);

    public async Task DisposeAsync() => await _proxy.DisposeAsync();

    // The line ends within the extension for one reader, and not for another.
    [Theory]
    [InlineData("5;x\n\r\nhello\r\n0\r\n\r\n"), InlineData("5;x=\rGET /admin/x HTTP/1.1\r\n\r\n\r\n"), InlineData("5;\n0\r\n\r\nGET /admin/x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")]
    public async Task CVE_2025_55315_chunk_extension_hides_no_second_request(string chunks)
    {
        var answer = await RawRequest.SendAsync(_proxy.Proxy.Address, $"POST /public/x HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunks}").WaitAsync(TimeSpan.FromSeconds(20));

        Assert.InRange(AttackedProxy.StatusOf(answer), 400, 499);
        Assert.DoesNotContain(_proxy.Application.Arrived, arrived => arrived.Target.Contains("admin", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Websocket_upgrade_with_a_body_carries_no_second_request()
    {
        await RawRequest.SendAsync(_proxy.Proxy.Address,
            "GET /public/x HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nContent-Length: 50\r\n\r\n"
            + "GET /admin/x HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").WaitAsync(TimeSpan.FromSeconds(20));

        Assert.DoesNotContain(_proxy.Application.Arrived, arrived => arrived.Target.Contains("admin", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Trailer_is_no_identity()
    {
        await RawRequest.SendAsync(_proxy.Proxy.Address,
            "POST /public/x HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nTrailer: X-User\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\nX-User: root\r\nX-Auth-Subject: root\r\n\r\n").WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal("anonymous", _proxy.Arrived().Headers["X-User"]);
        Assert.DoesNotContain("root", _proxy.Arrived().Headers.Values);
    }

    [Theory]
    [InlineData("X-HTTP-Method-Override"), InlineData("X-HTTP-Method"), InlineData("X-Method-Override"), InlineData("X_HTTP_Method_Override")]
    public async Task Method_override_does_not_travel_past_the_rule_of_its_method(string name)
    {
        Assert.Equal(200, await _proxy.SendAsync("GET /reading", $"{name}: DELETE"));
        Assert.DoesNotContain("DELETE", _proxy.Arrived().Headers.Values);
    }

    [Theory]
    [InlineData("Content-Length: 4", "Transfer-Encoding: chunked"), InlineData("Transfer-Encoding: chunked", "Transfer-Encoding: identity"), InlineData("Content-Length: 1", "Content-Length: 2"), InlineData("Content-Length: +3", "X: y"), InlineData("Transfer-Encoding: xchunked", "X: y")]
    public async Task Two_lengths_make_no_two_requests(string one, string other)
    {
        var answer = await RawRequest.SendAsync(_proxy.Proxy.Address,
            $"POST /public/x HTTP/1.1\r\nHost: 127.0.0.1\r\n{one}\r\n{other}\r\nConnection: close\r\n\r\n0\r\n\r\nGET /admin/x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").WaitAsync(TimeSpan.FromSeconds(20));

        Assert.StartsWith("HTTP/1.1 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(_proxy.Application.Arrived, arrived => arrived.Target.Contains("admin", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Host: 127.0.0.1", "Host: 127.0.0.1"), InlineData("Host: 127.0.0.1", "Host: evil.example"), InlineData("Host:", "X: y"), InlineData("Host: 127.0.0.1, evil.example", "X: y")]
    public async Task Two_hosts_are_refused(params string[] hosts)
    {
        Assert.InRange(await _proxy.SendAsync("GET /public/x", hosts), 400, 421);
        Assert.Empty(_proxy.Application.Arrived);
    }

    [Theory]
    [InlineData("GET http://evil.example/public/x", 400), InlineData("GET http://127.0.0.1@evil.example/public/x", 400), InlineData("GET https://evil.example/admin/x", 400)]
    public async Task Absolute_target_of_another_host_is_refused(string line, int status)
    {
        Assert.Equal(status, await _proxy.SendAsync(line));
        Assert.Empty(_proxy.Application.Arrived);
    }

    [Fact]
    public async Task Oversized_head_is_refused_before_any_rule()
    {
        Assert.InRange(await _proxy.SendAsync("GET /public/x", $"X-Large: {new string('a', 64 * 1024)}"), 400, 431);
        Assert.InRange(await _proxy.SendAsync("GET /public/x", $"Authorization: Bearer {new string('a', 64 * 1024)}"), 400, 431);
        Assert.Empty(_proxy.Application.Arrived);
    }

    [Theory]
    [InlineData("alice\r\nX-Admin: true"), InlineData("alice\nX-Admin: true"), InlineData("alice\0"), InlineData("al\u2028ice")]
    public async Task Line_break_in_a_claim_makes_no_second_header(string subject)
    {
        await _proxy.SendAsync("GET /admin/x", $"Authorization: Bearer {AttackedProxy.Token(subject)}");

        Assert.All(_proxy.Application.Arrived, arrived => Assert.DoesNotContain("X-Admin", arrived.Headers.Keys));
        Assert.All(_proxy.Application.Arrived, arrived => Assert.DoesNotContain(arrived.Headers["X-User"], character => character is < ' ' or > '~'));
    }
}
