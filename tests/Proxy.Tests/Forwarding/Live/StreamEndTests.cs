using System.Net;
using System.Net.WebSockets;
using System.Text;
using AuthProxy.Proxy.Forwarding.Live;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Tests.Pipeline;

namespace AuthProxy.Proxy.Tests.Forwarding.Live;

/// <summary>What a session's end takes along, through real connections.</summary>
public sealed class StreamEndTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private SignedInProxy _world = null!;

    public async Task InitializeAsync() => _world = await SignedInProxy.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(1), InlineData(2)]
    public async Task WebSocket_of_a_session_that_ends_is_closed_with_1008(int version)
    {
        var (session, cookie) = await _world.SignInAsync();
        using var socket = await _world.ConnectAsync("Cookie", cookie, version);
        await EchoAsync(socket);

        await _world.Part<SessionTerminator>().EndAsync(session, SessionEndReason.Operator, default);

        var received = await socket.ReceiveAsync(new byte[100], default).WaitAsync(Limit);
        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.PolicyViolation), (received.MessageType, received.CloseStatus!.Value));
        Assert.Equal("the session ended", received.CloseStatusDescription);
        await socket.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, null, default);
        await _world.Upstream.SocketsClosedAsync().WaitAsync(Limit);
        Assert.Equal(0, _world.Part<LiveExchanges>().Count);
    }

    [Fact]
    public async Task WebSocket_of_another_session_stays_open()
    {
        var (session, _) = await _world.SignInAsync();
        var (_, cookie) = await _world.SignInAsync("bob");
        using var socket = await _world.ConnectAsync("Cookie", cookie);

        await _world.Part<SessionTerminator>().EndAsync(session, SessionEndReason.Operator, default);

        await EchoAsync(socket);
    }

    [Fact]
    public async Task WebSocket_in_the_middle_of_a_long_message_is_closed_behind_a_whole_frame()
    {
        var (session, cookie) = await _world.SignInAsync();
        using var socket = await _world.ConnectAsync("Cookie", cookie);

        // The upstream sends back what it is sent, for as long as it is sent something.
        using var stop = new CancellationTokenSource(Limit);
        var sending = SendForEverAsync(socket, stop.Token);
        var buffer = new byte[64 * 1024];
        for (var messages = 0; messages < 20; messages++)
        {
            await socket.ReceiveAsync(buffer, default).WaitAsync(Limit);
        }

        await _world.Part<SessionTerminator>().EndAsync(session, SessionEndReason.Operator, default);

        WebSocketReceiveResult received;
        do
        {
            received = await socket.ReceiveAsync(buffer, default).WaitAsync(Limit);
        }
        while (received.MessageType != WebSocketMessageType.Close);

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, received.CloseStatus);
        await stop.CancelAsync();
        await sending;
    }

    [Fact]
    public async Task Bearers_WebSocket_is_closed_when_its_subject_is_ended_and_the_bearer_is_refused_from_then_on()
    {
        var token = "Bearer " + TestTokens.Mint(RunningProxy.IssuerKey, DateTimeOffset.UtcNow.AddSeconds(-5));
        using var socket = await _world.ConnectAsync("Authorization", token);
        await EchoAsync(socket);

        await _world.Part<SessionEnds>().EndSubjectAsync(TestTokens.Issuer, "alice", DateTimeOffset.UtcNow, SessionEndReason.Operator, default);

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, (await socket.ReceiveAsync(new byte[100], default).WaitAsync(Limit)).CloseStatus);
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => _world.ConnectAsync("Authorization", token));
        Assert.Contains("401", refused.Message, StringComparison.Ordinal);
        using var newer = await _world.ConnectAsync("Authorization", "Bearer " + TestTokens.Mint(RunningProxy.IssuerKey, DateTimeOffset.UtcNow.AddSeconds(2)));
        await EchoAsync(newer);
    }

    [Fact]
    public async Task Bearers_WebSocket_is_closed_when_the_token_expires()
    {
        var token = TestTokens.Mint(RunningProxy.IssuerKey, DateTimeOffset.UtcNow, lifetime: TimeSpan.FromSeconds(3));
        using var socket = await _world.ConnectAsync("Authorization", "Bearer " + token);

        var received = await socket.ReceiveAsync(new byte[100], default).WaitAsync(Limit);

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, received.CloseStatus);
    }

    [Fact]
    public async Task Stream_of_events_ends_and_is_not_cut()
    {
        var (session, cookie) = await _world.SignInAsync();
        using var response = await _world.GetAsync("/events", cookie);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("data: 1", await reader.ReadLineAsync());
        await ListedAsync();

        await _world.Part<SessionTerminator>().EndAsync(session, SessionEndReason.Operator, default);

        Assert.Equal("", await reader.ReadToEndAsync().WaitAsync(Limit) is "\n" or "" ? "" : "more");
    }

    [Fact]
    public async Task Long_download_is_cut()
    {
        var (session, cookie) = await _world.SignInAsync();
        using var response = await _world.GetAsync($"/download?bytes={long.MaxValue / 2}", cookie);
        await using var body = await response.Content.ReadAsStreamAsync();
        await ListedAsync();

        await _world.Part<SessionTerminator>().EndAsync(session, SessionEndReason.Operator, default);

        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(Stream.Null).WaitAsync(Limit));
    }

    [Fact]
    public async Task Request_that_is_still_waiting_for_its_answer_is_refused()
    {
        var (session, cookie) = await _world.SignInAsync();
        var waiting = _world.GetAsync("/silence", cookie);
        await ListedAsync();

        await _world.Part<SessionTerminator>().EndAsync(session, SessionEndReason.Operator, default);

        using var response = await waiting.WaitAsync(Limit);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("credentials-invalid", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task ListedAsync()
    {
        using var patience = new CancellationTokenSource(Limit);
        while (_world.Part<LiveExchanges>().Count == 0)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static async Task EchoAsync(ClientWebSocket socket)
    {
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, default);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, default).WaitAsync(Limit);
        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
    }

    private static async Task SendForEverAsync(ClientWebSocket socket, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await socket.SendAsync(new byte[4000], WebSocketMessageType.Binary, true, stop);
            }
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException or InvalidOperationException or IOException)
        {
            // Closed by the other side.
        }
    }
}
