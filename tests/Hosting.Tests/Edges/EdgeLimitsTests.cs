using System.Net;
using System.Net.Sockets;
using AuthProxy.Hosting.Edges;
using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Hosting.Tests.Edges;

public class EdgeLimitsTests
{
    private static readonly Refusal Busy = new(503, "too-busy", "Too many requests are under way.");
    private static readonly ListenerSettings FreePort = new("127.0.0.1", 0);

    [Fact]
    public void Stated_defaults_are_the_ones_used()
    {
        var faults = new Hosting.Configuration.ConfigFaults();
        Assert.Equal(EdgeLimits.Default, EdgeLimits.Schema.Read(Hosting.Configuration.ConfigReader.ReadText("{}", "f", faults)[0], faults));
        Assert.Equal(DrainSettings.Default, DrainSettings.Schema.Read(Hosting.Configuration.ConfigReader.ReadText("{}", "f", faults)[0], faults));
    }

    [Fact]
    public async Task Oversize_requests_are_refused_and_nothing_says_which_server_this_is()
    {
        await using var server = await EdgeServer.StartAsync(edges => edges.Listen("proxy", FreePort));
        const string End = "Host: x\r\nConnection: close\r\n\r\n";

        var good = await server.SendRawAsync("proxy", $"GET / HTTP/1.1\r\n{End}");
        Assert.StartsWith("HTTP/1.1 200", good, StringComparison.Ordinal);
        Assert.DoesNotContain("Server:", good, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("HTTP/1.1 414", await server.SendRawAsync("proxy", $"GET /{new string('a', 9000)} HTTP/1.1\r\n{End}"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431", await server.SendRawAsync("proxy", $"GET / HTTP/1.1\r\nX: {new string('a', 40_000)}\r\n{End}"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431", await server.SendRawAsync("proxy", $"GET / HTTP/1.1\r\n{string.Concat(Enumerable.Range(0, 101).Select(i => $"X{i}: 1\r\n"))}{End}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flood_of_connections_on_one_listener_is_closed_and_leaves_the_other_alone()
    {
        await using var server = await EdgeServer.StartAsync(
            edges => edges.Listen("proxy", FreePort).Listen("api", FreePort), EdgeLimits.Default with { Connections = 2 });
        using var first = await OpenAsync(server);
        using var second = await OpenAsync(server);

        Assert.Equal("", await server.SendRawAsync("proxy", "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").ContinueWith(sent => sent.IsFaulted ? "" : sent.Result, TaskScheduler.Default));
        Assert.Equal("api", await server.GetAsync($"http://127.0.0.1:{server.Listeners.PortOf("api")}/"));
    }

    [Fact]
    public async Task Requests_over_the_limit_get_503_until_one_ends()
    {
        var release = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        await using var server = await EdgeServer.StartAsync(edges => edges.Listen("proxy", FreePort), map: app =>
        {
            app.UseRequestLimit(1, Busy);
            Microsoft.AspNetCore.Builder.UseExtensions.Use(app, async (context, next) =>
            {
                if (context.Request.Path == "/slow")
                {
                    entered.SetResult();
                    await release.Task;
                }

                await next(context);
            });
        });
        var url = $"http://127.0.0.1:{server.Listeners.PortOf("proxy")}";

        var slow = server.GetAsync(url + "/slow");
        await entered.Task;
        Assert.Contains("urn:authproxy:refusal:too-busy", await server.GetAsync(url), StringComparison.Ordinal);

        release.SetResult();
        Assert.Equal("proxy", await slow);
        Assert.Equal("proxy", await server.GetAsync(url));
    }

    /// <summary>A connection that certainly counts: it was answered once and stays open.</summary>
    private static async Task<TcpClient> OpenAsync(EdgeServer server)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Listeners.PortOf("proxy"));
        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        Assert.True(await client.GetStream().ReadAsync(new byte[1024]) > 0);
        return client;
    }
}
