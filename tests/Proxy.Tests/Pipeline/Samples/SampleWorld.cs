namespace AuthProxy.Proxy.Tests.Pipeline.Samples;

/// <summary>One sample under a Proxy for all tests of a class, with the upstream of its rules.</summary>
/// <param name="sample">The file.</param>
/// <param name="upstream">The upstream that its rules name.</param>
public abstract class SampleWorld(string sample, string upstream) : IAsyncLifetime
{
    internal StubService Upstream { get; private set; } = null!;

    internal RunningProxy Proxy { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Upstream = await StubService.StartAsync();
        Proxy = await OathkeeperSample.StartAsync(sample, [(upstream, Upstream.Address)]);
    }

    public async Task DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}
