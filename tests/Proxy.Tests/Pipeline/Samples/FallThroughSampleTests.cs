using System.Net;

namespace AuthProxy.Proxy.Tests.Pipeline.Samples;

/// <summary>What 20-fall-through.yaml says of clients without a session cookie: those rows need no session service.</summary>
public sealed class FallThroughSampleTests : IAsyncLifetime
{
    private StubService _upstream = null!;
    private RunningProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        _upstream = await StubService.StartAsync();
        _proxy = await OathkeeperSample.StartAsync("20-fall-through.yaml", [("http://backend.test", _upstream.Address), ("    - handler: cookie_session\n", ""), ("    - handler: oauth2_introspection\n", "")]);
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Good_token_is_accepted_by_jwt() => await AcceptedAsync("u1", "Bearer " + OathkeeperSample.Token());

    [Fact]
    public async Task Client_without_credentials_is_the_guest() => await AcceptedAsync("guest", null);

    [Fact]
    public async Task Expired_token_gets_no_chance_with_anonymous() => await RefusedAsync("mixed", "Bearer " + OathkeeperSample.Token(lifetime: TimeSpan.FromHours(-1)));

    [Theory]
    [InlineData("Bearer opaque"), InlineData("Basic YTpi")]
    public async Task Credentials_of_a_kind_that_nobody_is_responsible_for_are_refused(string authorization) => await RefusedAsync("mixed", authorization);

    [Fact]
    public async Task Whoever_falls_through_to_unauthorized_is_refused() => await RefusedAsync("strict", null);

    [Fact]
    public async Task Token_without_three_parts_is_not_jwts() => await RefusedAsync("opaque", "Bearer opaque");

    private async Task AcceptedAsync(string user, string? authorization)
    {
        using var response = await SendAsync("mixed", authorization);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(user, _upstream.Only().One("X-User"));
    }

    private async Task RefusedAsync(string path, string? authorization)
    {
        using var response = await SendAsync(path, authorization);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Empty(_upstream.Arrived);
    }

    private Task<HttpResponseMessage> SendAsync(string path, string? authorization) =>
        _proxy.SendAsync("GET", "http://multi.test/" + path, headers: authorization is null ? [] : [("Authorization", authorization)]);
}
