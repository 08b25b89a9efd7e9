using System.Net;
using System.Net.WebSockets;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Replicas;

/// <summary>What the end of a session takes along on replicas that did not end it; the news of it has no other way here than the store.</summary>
public sealed class EndTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private ReplicaWorld _world = null!;

    public async Task InitializeAsync() => _world = await ReplicaWorld.StartAsync(2);

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Logout_at_the_provider_ends_the_session_and_its_WebSockets_on_every_replica()
    {
        using var browser = await _world.SignInAsync("alice");
        using var first = await ConnectAsync(browser, 0);
        using var second = await ConnectAsync(browser, 1);
        using var other = await _world.SignInAsync("bob");
        using var bobs = await ConnectAsync(other, 0);

        // Not through us: the person logs out at the provider, which tells of it.
        using var question = await browser.NavigateAsync(new Uri(_world.Provider.Issuer + "/session/end"));
        using var goodbye = await browser.SubmitAsync(question, ("logout", "yes"));

        await AssertClosedAsync(first);
        await AssertClosedAsync(second);
        using var answer = await browser.FetchAsync(HttpMethod.Get, _world.Address());
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(WebSocketState.Open, bobs.State);
        using var alive = await other.FetchAsync(HttpMethod.Get, _world.Address());
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public async Task Logout_at_one_replica_ends_the_stream_of_events_at_the_other()
    {
        using var browser = await _world.SignInAsync("alice");
        using var client = Loopback.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_world.Replicas.Replicas[1].Address, "/events"));
        request.Headers.Host = _world.Address().Authority;
        request.Headers.Add("Cookie", CookiesOf(browser));
        using var events = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());
        Assert.Equal("data: 1", await reader.ReadLineAsync());

        _world.Replicas.SendTo(0);
        using var logout = await browser.FetchAsync(HttpMethod.Post, _world.Address("/.authproxy/logout"));

        Assert.Equal("", (await reader.ReadToEndAsync().WaitAsync(Limit)).Trim());
    }

    [Fact]
    public async Task Operator_ends_a_session_by_the_command_line_of_any_replica()
    {
        using var browser = await _world.SignInAsync("alice");
        using var socket = await ConnectAsync(browser, 1);
        var configuration = Path.Combine(_world.Replicas.Replicas[0].Folder.Path, "authproxy.yaml");

        await using var list = Command("sessions", "list", "--config", configuration, "--output", "json");
        Assert.Equal(0, await list.WaitForExitAsync());
        Assert.DoesNotContain("alice", list.Output, StringComparison.Ordinal);
        await using var end = Command("sessions", "end", "--config", configuration, "--issuer", _world.Provider.Issuer, "--subject", "alice");
        Assert.Equal(0, await end.WaitForExitAsync());

        Assert.Contains("1 session ended", end.Output, StringComparison.Ordinal);
        await AssertClosedAsync(socket);
    }

    private static RunningProcess Command(params string[] arguments) => RunningProcess.Start(Repository.Service("src/Proxy", "authproxy"), arguments);

    private async Task<ClientWebSocket> ConnectAsync(UserAgent browser, int replica)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Host", _world.Address().Authority);
        socket.Options.SetRequestHeader("Origin", _world.Address().GetLeftPart(UriPartial.Authority));
        socket.Options.SetRequestHeader("Cookie", CookiesOf(browser));
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{_world.Replicas.Replicas[replica].Port}/socket"), CancellationToken.None);
        return socket;
    }

    private string CookiesOf(UserAgent browser) =>
        string.Join("; ", browser.CookiesOf(_world.Address().Authority).Select(cookie => $"{cookie.Key}={cookie.Value}"));

    private static async Task AssertClosedAsync(ClientWebSocket socket)
    {
        var received = await socket.ReceiveAsync(new byte[100], CancellationToken.None).WaitAsync(Limit);
        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.PolicyViolation), (received.MessageType, received.CloseStatus!.Value));
    }
}
