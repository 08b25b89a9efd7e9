using System.Text.RegularExpressions;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthProxy.EndToEnd.Tests.Edges;

/// <summary>Spans of requests, as a collector and the application see them.</summary>
public sealed partial class RequestSpanTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Span_of_a_request_arrives_at_the_collector_under_the_trace_that_the_application_is_told()
    {
        var arrived = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var port = Loopback.FreePorts(1)[0];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        await using var collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            arrived.TrySetResult(body.ToArray());
        });
        await collector.StartAsync();
        await using var upstream = await StubUpstream.StartAsync();
        await using var proxy = await ProxyProcess.StartAsync(
            $"version: authproxy/v1\nrules:\n- {{ id: all, match: {{ path: /** }}, authenticators: [anonymous], mutators: [noop], upstream: \"{upstream.Address.OriginalString}\" }}\n",
            $"tracing: {{ providers: {{ otlp: {{ server_url: \"http://127.0.0.1:{port}\" }} }} }}");
        using var client = Loopback.Client();

        var trace = TraceParent().Match(await client.GetStringAsync(new Uri(proxy.Address, "/"))).Groups["trace"].Value;

        var spans = await arrived.Task.WaitAsync(Patience);
        Assert.True(spans.AsSpan().IndexOf(Convert.FromHexString(trace)) >= 0, "no span of the request's trace arrived");
    }

    [GeneratedRegex("traceparent: 00-(?<trace>[0-9a-f]{32})-", RegexOptions.IgnoreCase)]
    private static partial Regex TraceParent();
}
