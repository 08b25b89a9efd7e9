using System.Net;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Replicas;

/// <summary>Tokens of a session that several replicas serve, at a provider that takes each refresh token once.</summary>
public sealed class RefreshTests : IAsyncLifetime
{
    // Renewed from the sixth second on; passed on until the seventh.
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan Due = TimeSpan.FromSeconds(6.2);
    private static readonly TimeSpan Ended = TimeSpan.FromSeconds(7.2);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);

    private ReplicaWorld _world = null!;
    private RedisServer? _redis;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        await (_redis?.DisposeAsync() ?? default);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task Four_replicas_and_200_requests_at_a_tokens_end_make_one_refresh_and_no_failure(bool overRedis)
    {
        _redis = overRedis ? await RedisServer.StartAsync() : null;
        using var browser = await SignInAsync(replicas: 4, _redis is null ? null : RedisWorld.StoreIn(_redis));
        await _world.Provider.ShapeTokenEndpointAsync(before: Slow);

        var tokens = await AskAsync(browser, 200);

        Assert.Single(tokens.Distinct());
        Assert.Equal(new RefreshCount(1, 1, 0), await _world.Provider.CountRefreshesAsync());

        // And once more in good time, while the token at hand is still good.
        await Task.Delay(Due);
        await _world.Provider.ShapeTokenEndpointAsync(before: Slow);
        tokens = [.. await AskAsync(browser, 200), .. await AskAsync(browser, 20)];

        Assert.InRange(tokens.Distinct().Count(), 1, 2);
        await UntilAsync(async () => (await _world.Provider.CountRefreshesAsync()).Succeeded == 1);
        Assert.Equal(new RefreshCount(1, 1, 0), await _world.Provider.CountRefreshesAsync());
    }

    [Fact]
    public async Task Replica_that_dies_before_the_provider_has_acted_costs_nobody_the_session()
    {
        using var browser = await SignInAsync(replicas: 2);
        await _world.Provider.ShapeTokenEndpointAsync(before: Slow);
        await KillTheHolderAsync(browser, count => count.Asked == 1);
        await _world.Provider.ShapeTokenEndpointAsync();

        using var elsewhere = Copy(browser);
        Assert.StartsWith("Bearer ", Assert.Single(await AskAsync(elsewhere, 1)), StringComparison.Ordinal);
        Assert.Equal(1, (await _world.Provider.CountRefreshesAsync()).Succeeded);
    }

    [Fact]
    public async Task Replica_that_dies_with_the_only_good_refresh_token_ends_the_session_cleanly()
    {
        using var browser = await SignInAsync(replicas: 2);
        await _world.Provider.ShapeTokenEndpointAsync(after: Slow);
        await KillTheHolderAsync(browser, count => count.Succeeded == 1);
        await _world.Provider.ShapeTokenEndpointAsync();

        using var elsewhere = Copy(browser);
        using (var call = await elsewhere.FetchAsync(HttpMethod.Get, _world.Address("/api")))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, call.StatusCode);
        }

        Assert.Equal(1, (await _world.Provider.CountRefreshesAsync()).Refused);
        await SignsInAgainAsync(elsewhere);
    }

    [Fact]
    public async Task Provider_that_is_down_at_a_tokens_end_ends_no_session_and_is_asked_again_when_it_is_back()
    {
        using var browser = await SignInAsync(replicas: 2);
        await _world.Provider.ShapeTokenEndpointAsync(status: 503, error: "temporarily_unavailable");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => browser.FetchAsync(HttpMethod.Get, _world.Address("/api"))));
        foreach (var answer in answers)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains("provider-unavailable", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.NotNull(answer.Headers.RetryAfter);
            answer.Dispose();
        }

        using (var plain = await browser.FetchAsync(HttpMethod.Get, _world.Address("/plain")))
        {
            Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
        }

        Assert.InRange((await _world.Provider.CountRefreshesAsync()).Asked, 1, 8);

        await _world.Provider.ShapeTokenEndpointAsync();
        await UntilAsync(async () =>
        {
            using var answer = await browser.FetchAsync(HttpMethod.Get, _world.Address("/api"));
            return answer.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task Refused_refresh_sends_a_navigation_to_the_login_and_a_script_nowhere()
    {
        using var browser = await SignInAsync(replicas: 2);
        await _world.Provider.ShapeTokenEndpointAsync(status: 400, error: "invalid_grant");

        using (var call = await browser.FetchAsync(HttpMethod.Get, _world.Address("/api")))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, call.StatusCode);
        }

        await _world.Provider.ShapeTokenEndpointAsync();
        await SignsInAgainAsync(browser);
    }

    // Somebody whose access token has ended.
    private async Task<UserAgent> SignInAsync(int replicas, string? sessions = null)
    {
        _world = await ReplicaWorld.StartAsync(
            replicas,
            sessions,
            mutators: "access_token, ",
            rules: "- { id: plain, match: { path: /plain }, authenticators: [oidc], upstream: \"UPSTREAM\" }",
            accessTokenLife: Life);
        var browser = await _world.SignInAsync("alice");
        await Task.Delay(Ended);
        return browser;
    }

    // The provider knows the person still: one round to it, and back where they wanted to go.
    private async Task SignsInAgainAsync(UserAgent browser)
    {
        var before = browser.Visited.Count;
        using var page = await browser.NavigateAsync(_world.Address("/back"));

        Assert.Equal((HttpStatusCode.OK, "/back"), (page.StatusCode, page.RequestMessage!.RequestUri!.AbsolutePath));
        Assert.Contains("Authorization: Bearer ", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(browser.Visited.Skip(before), visited => visited.AbsolutePath == "/.authproxy/callback");
    }

    private async Task KillTheHolderAsync(UserAgent browser, Func<RefreshCount, bool> isThere)
    {
        _world.Replicas.SendTo(0);
        using var held = Copy(browser);
        var request = held.FetchAsync(HttpMethod.Get, _world.Address("/held"));
        await UntilAsync(async () => isThere(await _world.Provider.CountRefreshesAsync()));
        _world.Replicas.Replicas[0].Process.Crash();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => request);
        _world.Replicas.SendTo(1);
    }

    /// <summary>The access tokens that reached the application, all by requests that went well.</summary>
    private async Task<string[]> AskAsync(UserAgent browser, int count) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(async number =>
        {
            using var answer = await browser.FetchAsync(HttpMethod.Get, _world.Address($"/{number}"));
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode}: {text}");
            return text.Split('\n').Single(line => line.StartsWith("Authorization: ", StringComparison.Ordinal))["Authorization: ".Length..];
        }));

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var patience = 0; !await isSo(); patience++)
        {
            Assert.True(patience < 300, "it does not come about");
            await Task.Delay(100);
        }
    }

    // Connections stay where they are: a browser with none goes where the balancer sends it now.
    private UserAgent Copy(UserAgent browser)
    {
        var copy = new UserAgent();
        foreach (var host in new[] { _world.Address().Authority, new Uri(_world.Provider.Issuer).Authority })
        {
            foreach (var (name, value) in browser.CookiesOf(host))
            {
                copy.SetCookie(host, name, value);
            }
        }

        return copy;
    }
}
