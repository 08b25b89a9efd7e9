using System.Net;

namespace AuthProxy.EndToEnd.Tests.Replicas;

/// <summary>What a session is to the replicas that did not begin it.</summary>
public sealed class SharedSessionTests : IAsyncLifetime
{
    private ReplicaWorld _world = null!;

    public async Task InitializeAsync() => _world = await ReplicaWorld.StartAsync(2);

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Session_of_one_replica_is_a_session_at_every_other_and_so_is_its_end()
    {
        using var browser = await _world.SignInAsync("alice");
        for (var replica = 0; replica < 2; replica++)
        {
            _world.Replicas.SendTo(replica);
            using var fresh = Copy(browser);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(fresh));
        }

        using var logout = await Copy(browser).FetchAsync(HttpMethod.Post, _world.Address("/.authproxy/logout"));
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);

        _world.Replicas.SendTo(0);
        await Task.Delay(TimeSpan.FromSeconds(1));
        using var late = Copy(browser);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(late));
    }

    private async Task<HttpStatusCode> StatusAsync(TestKit.UserAgent browser)
    {
        using var answer = await browser.FetchAsync(HttpMethod.Get, _world.Address("/page"));
        return answer.StatusCode;
    }

    // Connections stay where they are: a browser with none goes where the balancer sends it now.
    private TestKit.UserAgent Copy(TestKit.UserAgent browser)
    {
        var copy = new TestKit.UserAgent();
        foreach (var (name, value) in browser.CookiesOf(_world.Address().Authority))
        {
            copy.SetCookie(_world.Address().Authority, name, value);
        }

        return copy;
    }
}
