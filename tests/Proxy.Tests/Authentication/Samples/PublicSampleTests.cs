namespace AuthProxy.Proxy.Tests.Authentication.Samples;

public sealed class PublicSampleTests : IAsyncLifetime
{
    private SampleProxy _sample = null!;

    public async Task InitializeAsync() => _sample = await SampleProxy.StartAsync("01-public.yaml");

    public async Task DisposeAsync() => await _sample.DisposeAsync();

    [Theory]
    [InlineData("GET", "http://app.test/"), InlineData("HEAD", "http://app.test/"), InlineData("GET", "http://app.test/assets/css/site.css")]
    public async Task Whoever_brings_no_credentials_is_a_guest(string method, string url)
    {
        Assert.Equal(200, await _sample.StatusAsync(method, url));
        Assert.Equal("guest", _sample.Arrived().Headers["X-User"]);
    }

    [Theory]
    [InlineData("http://app.test/", "Basic eDp5"), InlineData("http://app.test/assets/a.js?v=3", "Bearer x"), InlineData("http://app.test/", "nonsense")]
    public async Task Whoever_brings_any_is_refused_because_nobody_else_is_listed(string url, string authorization)
    {
        Assert.Equal(401, await _sample.StatusAsync("GET", url, ("Authorization", authorization)));
        Assert.Empty(_sample.Application.Arrived);
    }

    [Fact]
    public async Task Query_is_not_matched_but_forwarded()
    {
        Assert.Equal(200, await _sample.StatusAsync("GET", "http://app.test/assets/a.js?v=3"));
        Assert.Equal("/assets/a.js?v=3", _sample.Arrived().Target);
    }

    [Fact]
    public async Task Noop_accepts_everything_and_the_authorization_travels_on()
    {
        Assert.Equal(200, await _sample.StatusAsync("POST", "http://app.test/open/x", ("Authorization", "Basic eDp5")));
        Assert.Equal("Basic eDp5", _sample.Arrived().Headers["Authorization"]);
        Assert.Equal(200, await _sample.StatusAsync("GET", "http://app.test/open/x"));
    }
}
