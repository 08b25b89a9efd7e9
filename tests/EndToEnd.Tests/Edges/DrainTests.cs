using System.Net;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Edges;

/// <summary>SIGTERM: not ready first, then no new connections, then what streams is ended, then the process.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task Stream_under_way_ends_by_itself_while_the_process_is_not_ready_any_more()
    {
        await using var upstream = await StubUpstream.StartAsync();
        await using var proxy = await ProxyProcess.StartAsync(
            $"version: authproxy/v1\nrules:\n- {{ id: all, match: {{ path: /** }}, authenticators: [anonymous], mutators: [noop], upstream: \"{upstream.Address.OriginalString}\" }}\n",
            "drain: { delay: 4s, timeout: 30s }");
        using var client = Loopback.Client();
        using var events = await client.GetAsync(new Uri(proxy.Address, "/events"), HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());
        Assert.Equal("data: 1", await reader.ReadLineAsync());

        proxy.Process.Terminate();
        await UntilNotReadyAsync(client, new Uri(proxy.ApiAddress, "/health/ready"));
        using (var late = await client.GetAsync(proxy.Address))
        {
            Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        }

        upstream.ReleaseEvents();
        Assert.Contains("data: 2", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await proxy.Process.WaitForExitAsync());
    }

    [Fact]
    public async Task Stream_that_never_ends_is_ended_at_the_timeout()
    {
        await using var upstream = await StubUpstream.StartAsync();
        await using var proxy = await ProxyProcess.StartAsync(
            $"version: authproxy/v1\nrules:\n- {{ id: all, match: {{ path: /** }}, authenticators: [anonymous], mutators: [noop], upstream: \"{upstream.Address.OriginalString}\" }}\n",
            "drain: { delay: 0s, timeout: 1s }");
        using var client = Loopback.Client();
        using var events = await client.GetAsync(new Uri(proxy.Address, "/events"), HttpCompletionOption.ResponseHeadersRead);

        proxy.Process.Terminate();

        Assert.Equal(0, await proxy.Process.WaitForExitAsync());
    }

    private static async Task UntilNotReadyAsync(HttpClient client, Uri probe)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            using var ready = await client.GetAsync(probe);
            if (ready.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                return;
            }

            await Task.Delay(20);
        }

        Assert.Fail("The process stayed ready after SIGTERM.");
    }
}
