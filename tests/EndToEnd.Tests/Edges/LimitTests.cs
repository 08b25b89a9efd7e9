using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Edges;

/// <summary>What one client, and all together, may take.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private StubUpstream _upstream = null!;
    private ProxyProcess _proxy = null!;

    public async Task InitializeAsync()
    {
        _upstream = await StubUpstream.StartAsync();
        _proxy = await ProxyProcess.StartAsync(
            $"version: authproxy/v1\nrules:\n- {{ id: all, match: {{ path: /** }}, authenticators: [anonymous], mutators: [noop], upstream: \"{_upstream.Address.OriginalString}\" }}\n",
            environment: new Dictionary<string, string>
            {
                ["AUTHPROXY__SERVE__LIMITS__REQUEST_LINE"] = "2KiB",
                ["AUTHPROXY__SERVE__LIMITS__HEADERS"] = "4KiB",
                ["AUTHPROXY__SERVE__LIMITS__HEADER_COUNT"] = "20",
                ["AUTHPROXY__SERVE__LIMITS__REQUESTS"] = "2",
            });
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Long_target_is_refused() =>
        Assert.Equal(414, RawHttp.StatusOf(await RawHttp.GetAsync(_proxy.Port, Host, "/" + new string('a', 3000))));

    [Fact]
    public async Task Large_headers_are_refused() =>
        Assert.Equal(431, RawHttp.StatusOf(await RawHttp.GetAsync(_proxy.Port, Host, "/", "X-Large: " + new string('a', 5000))));

    [Fact]
    public async Task Many_headers_are_refused() =>
        Assert.Equal(431, RawHttp.StatusOf(await RawHttp.GetAsync(_proxy.Port, Host, "/", [.. Enumerable.Range(0, 30).Select(number => $"X-{number}: a")])));

    [Fact]
    public async Task Request_over_the_limit_is_refused_as_overloaded()
    {
        using var client = Loopback.Client();
        using var first = await client.GetAsync(new Uri(_proxy.Address, "/events"), HttpCompletionOption.ResponseHeadersRead);
        using var second = await client.GetAsync(new Uri(_proxy.Address, "/events"), HttpCompletionOption.ResponseHeadersRead);

        var answer = await RawHttp.GetAsync(_proxy.Port, Host, "/");

        Assert.Equal(503, RawHttp.StatusOf(answer));
        Assert.Contains("overloaded", answer, StringComparison.Ordinal);
    }

    private string Host => $"127.0.0.1:{_proxy.Port}";
}
