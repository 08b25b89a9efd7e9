using System.Globalization;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Edges;

/// <summary>What runs for long must not grow: caches, sessions and connections are bounded.</summary>
public sealed class SoakTests
{
    [Fact]
    [Trait("Category", "Long")]
    public async Task Memory_is_flat_after_two_hundred_thousand_requests()
    {
        await using var upstream = await StubUpstream.StartAsync();
        await using var proxy = await ProxyProcess.StartAsync(
            $"version: authproxy/v1\nrules:\n- {{ id: all, match: {{ path: /** }}, authenticators: [anonymous], mutators: [noop], upstream: \"{upstream.Address.OriginalString}\" }}\n",
            "log: { level: warn }");
        using var client = Loopback.Client();

        await SendAsync(client, proxy, 50_000);
        var before = ResidentKilobytes(proxy.Process.Id);
        await SendAsync(client, proxy, 150_000);

        Assert.InRange(ResidentKilobytes(proxy.Process.Id), 0, before * 1.3);
    }

    // Every request has a path and headers of its own: nothing may be remembered of them.
    private static Task SendAsync(HttpClient client, ProxyProcess proxy, int count) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, cancellation) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(proxy.Address, $"/{Guid.NewGuid()}?n={number}"));
            request.Headers.TryAddWithoutValidation($"X-Any-{number % 1000}", Guid.NewGuid().ToString());
            using var response = await client.SendAsync(request, cancellation);
            response.EnsureSuccessStatusCode();
        });

    private static double ResidentKilobytes(int process) => double.Parse(
        File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
