using System.Net;
using System.Net.Sockets;
using System.Text;
using AuthProxy.Proxy.Tests.Pipeline;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Limits;

public sealed class BodyLimitTests : IAsyncLifetime
{
    private readonly int _http2Port = Loopback.FreePorts(1)[0];
    private StubUpstream _upstream = null!;
    private RunningProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        _upstream = await StubUpstream.StartAsync();
        _proxy = await RunningProxy.StartAsync(
            $$"""
            version: authproxy/v1
            defaults: { upstream: {{_upstream.Address}}, authenticators: [anonymous], max_body: 64KiB }
            rules:
              - { id: all, match: { path: "/**" } }
              - { id: closed, match: { path: /closed }, authenticators: [unauthorized] }
              - { id: large, match: { path: /upload }, max_body: 1MiB }
            """,
            listener: $", h2c_port: {_http2Port}");
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData(64 * 1024, 200), InlineData(64 * 1024 + 1, 413)]
    public async Task Announced_body_is_taken_up_to_the_limit(int bytes, int status)
    {
        using var answer = await PostAsync("/x", new ByteArrayContent(new byte[bytes]));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 200 ? 1 : 0, _upstream.Requests);
    }

    [Fact]
    public async Task Announced_body_is_refused_before_it_is_sent_and_before_anybody_is_asked_anything()
    {
        using var client = new TcpClient();
        var url = new Uri(_proxy.Address);
        await client.ConnectAsync(url.Host, url.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes("POST /closed HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\n"));
        var buffer = new byte[4096];
        var read = await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        var answer = Encoding.Latin1.GetString(buffer, 0, read);
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("body-too-large", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64 * 1024, 200), InlineData(64 * 1024 + 1, 413), InlineData(4 * 1024 * 1024, 413)]
    public async Task Chunked_body_is_cut_at_the_limit(int bytes, int status)
    {
        using var answer = await PostAsync("/x", new Unannounced(bytes));

        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 413)
        {
            Assert.Equal("body-too-large", answer.Headers.GetValues("X-AuthProxy-Refusal").Single());
        }
    }

    [Theory]
    [InlineData(64 * 1024, 200), InlineData(64 * 1024 + 1, 413), InlineData(1024 * 1024, 413)]
    public async Task Http2_body_is_cut_at_the_limit(int bytes, int status)
    {
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await client.PostAsync(new Uri($"http://127.0.0.1:{_http2Port}/x"), new Unannounced(bytes));

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Rule_may_take_more_than_the_defaults()
    {
        using var answer = await PostAsync("/upload", new Unannounced(1024 * 1024));

        Assert.Equal("1048576", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_follows_an_upgrade_is_not_counted()
    {
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        await socket.ConnectAsync(new Uri(_proxy.Address.Replace("http://", "ws://", StringComparison.Ordinal) + "/socket"), CancellationToken.None);
        var (sent, received) = (new byte[4096], new byte[4096]);
        for (var i = 0; i < 20; i++)
        {
            await socket.SendAsync(sent, System.Net.WebSockets.WebSocketMessageType.Binary, true, CancellationToken.None);
            for (var count = 0; count < sent.Length;)
            {
                count += (await socket.ReceiveAsync(received, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30))).Count;
            }
        }

        Assert.Equal(System.Net.WebSockets.WebSocketState.Open, socket.State);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, HttpContent content)
    {
        using (content)
        {
            return await _proxy.Client.PostAsync(new Uri(path, UriKind.Relative), content);
        }
    }

    /// <summary>A body whose length nobody says before.</summary>
    private sealed class Unannounced(int bytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var block = new byte[16 * 1024];
            for (var left = bytes; left > 0; left -= block.Length)
            {
                await stream.WriteAsync(block.AsMemory(0, Math.Min(left, block.Length)));
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
