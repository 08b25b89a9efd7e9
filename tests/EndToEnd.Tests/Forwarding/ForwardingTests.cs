using System.Net;
using System.Net.WebSockets;
using System.Text;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Forwarding;

/// <summary>What passes, passes whole: a real Proxy before a real upstream.</summary>
public sealed class ForwardingTests : IAsyncLifetime
{
    private const string Rules = """
        version: authproxy/v1
        rules:
        - { id: all, match: { path: /** }, authenticators: [anonymous], mutators: [noop], upstream: "UPSTREAM" }
        - { id: grpc, match: { path: /grpc.Test/** }, authenticators: [anonymous], mutators: [noop], upstream: "HTTP2" }
        """;

    private StubUpstream _upstream = null!;
    private ProxyProcess _proxy = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _upstream = await StubUpstream.StartAsync();
        _proxy = await ProxyProcess.StartAsync(
            Rules
                .Replace("UPSTREAM", _upstream.Address.OriginalString, StringComparison.Ordinal)
                .Replace("HTTP2", _upstream.Http2Address.OriginalString, StringComparison.Ordinal),
            $"forwarding: {{ http2: [\"{_upstream.Http2Address.OriginalString}\"] }}");
        _client = Loopback.Client();
        _client.BaseAddress = _proxy.Address;
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _proxy.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("/a%2Bb")]
    [InlineData("/%41")]
    [InlineData("/%7euser")]
    [InlineData("/a%3Bb")]
    [InlineData("/caf%C3%A9")]
    [InlineData("/%e4%bd%a0")]
    [InlineData("/a+b?x=%2F..%2f&y=a;b&z=%41%7E")]
    [InlineData("/x?a=/../b//c")]
    public async Task Target_arrives_byte_for_byte(string target)
    {
        var answer = await RawHttp.GetAsync(_proxy.Port, $"127.0.0.1:{_proxy.Port}", target);

        Assert.Equal(200, RawHttp.StatusOf(answer));
        Assert.Contains($"GET {target}\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Header_bytes_that_are_not_ASCII_arrive_as_sent()
    {
        var answer = await RawHttp.GetAsync(_proxy.Port, $"127.0.0.1:{_proxy.Port}", "/", "X-Name: Zo\u00c3\u00ab");

        Assert.Contains("X-Name: Zo\u00c3\u00ab\n", Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(answer)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_sent_events_arrive_one_by_one()
    {
        using var response = await _client.GetAsync(new Uri("/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal("data: 1", await reader.ReadLineAsync());
        _upstream.ReleaseEvents();
        await reader.ReadLineAsync();
        Assert.Equal("data: 2", await reader.ReadLineAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task WebSocket_passes_over_HTTP(int version)
    {
        using var invoker = new HttpMessageInvoker(Loopback.Handler());
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = new Version(version, version == 1 ? 1 : 0);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await socket.ConnectAsync(
            new Uri($"ws://127.0.0.1:{(version == 1 ? _proxy.Port : _proxy.Http2Port)}/socket"), invoker, CancellationToken.None);

        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None);

        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Upload_of_100_MB_streams_through(int version)
    {
        const int Size = 100 * 1024 * 1024;
        using var request = Request(HttpMethod.Post, "/upload", version);
        request.Content = new StreamContent(new Zeros(Size));

        using var response = await _client.SendAsync(request);

        Assert.Equal(Size.ToString(System.Globalization.CultureInfo.InvariantCulture), await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Download_of_100_MB_streams_through(int version)
    {
        const int Size = 100 * 1024 * 1024;
        using var request = Request(HttpMethod.Get, $"/download?bytes={Size}", version);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[65536];
        long count = 0;
        int read;
        while ((read = await body.ReadAsync(buffer)) > 0)
        {
            count += read;
        }

        Assert.Equal(Size, count);
    }

    [Fact]
    public async Task Grpc_call_passes_with_its_trailers()
    {
        using var request = Request(HttpMethod.Post, "/grpc.Test/Call", 2);
        request.Headers.TE.ParseAdd("trailers");
        request.Content = new ByteArrayContent([0, 0, 0, 0, 3, 1, 2, 3]);
        request.Content.Headers.ContentType = new("application/grpc");

        using var response = await _client.SendAsync(request);

        Assert.Equal([0, 0, 0, 0, 3, 1, 2, 3], await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task Upstream_that_is_down_is_refused_as_upstream_unreachable()
    {
        await _upstream.DisposeAsync();

        using var response = await _client.GetAsync(new Uri("/", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("upstream-unreachable", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, int version) =>
        new(method, new Uri(version == 1 ? _proxy.Address : _proxy.Http2Address, path))
        {
            Version = new Version(version, version == 1 ? 1 : 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
}
