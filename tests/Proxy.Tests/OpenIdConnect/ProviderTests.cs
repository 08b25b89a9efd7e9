using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

public sealed class ProviderTests : IAsyncLifetime
{
    private LoginWorld _world = null!;

    public async Task InitializeAsync() => _world = await StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Metadata_is_fetched_once_for_all_who_come_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _world.NewBrowser().GoAsync(App + "/")));

        Assert.Equal(1, _world.Provider.DiscoveryRequests);
    }

    [Fact]
    public async Task Metadata_past_its_time_is_used_while_the_provider_is_down()
    {
        await _world.NewBrowser().GoAsync(App + "/");
        _world.Provider.IsDown = true;
        _world.Clock.Advance(TimeSpan.FromHours(1));

        Assert.True((await _world.NewBrowser().GoAsync(App + "/")).IsRedirect);
    }

    [Fact]
    public async Task Metadata_of_yesterday_is_used_no_longer()
    {
        await _world.NewBrowser().GoAsync(App + "/");
        _world.Provider.IsDown = true;
        _world.Clock.Advance(TimeSpan.FromHours(24));

        Assert.Equal(503, (await _world.NewBrowser().GoAsync(App + "/")).Status);
    }

    [Fact]
    public async Task Metadata_past_its_time_is_fetched_again()
    {
        await _world.NewBrowser().GoAsync(App + "/");
        _world.Provider.Discovery["authorization_endpoint"] = "\"https://new.example.com/authorize?tenant=1\"";
        _world.Clock.Advance(TimeSpan.FromMinutes(10));

        // Fetched behind the visitors' backs: a few of them are still served from the old one.
        var location = "";
        for (var visitors = 0; visitors < 10_000 && !location.StartsWith("https://new.example.com/", StringComparison.Ordinal); visitors++)
        {
            location = (await _world.NewBrowser().GoAsync(App + "/")).Location;
        }

        Assert.StartsWith("https://new.example.com/authorize?tenant=1&response_type=code&", location, StringComparison.Ordinal);
    }
}
