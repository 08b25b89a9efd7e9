using System.Net;

namespace AuthProxy.EndToEnd.Tests.Ends;

/// <summary>No grant outlives the session that it belongs to, and none is made for one that has ended.</summary>
public sealed class GrantEndTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    private VaultWorld _world = null!;

    public async Task InitializeAsync() => _world = await VaultWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Assertion_that_is_still_valid_makes_no_grant_after_the_end()
    {
        var (browser, claims) = await _world.SignInAsync("alice");
        using var _ = browser;
        var assertion = _world.AssertionOf(claims);
        Assert.Equal(HttpStatusCode.OK, (await _world.TokenizeAsync(assertion)).Status);

        using var logout = await browser.FetchAsync(HttpMethod.Post, _world.Bank("/.authproxy/logout"));

        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        var (status, body) = await _world.TokenizeAsync(assertion);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("session-ended", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task End_that_the_Tokenizer_could_not_hear_arrives_when_it_is_back(bool proxyForgets)
    {
        var (browser, claims) = await _world.SignInAsync("alice");
        using var _ = browser;
        Assert.Equal(HttpStatusCode.OK, (await _world.TokenizeAsync(_world.AssertionOf(claims))).Status);

        await _world.StopTokenizerAsync();
        using var logout = await browser.FetchAsync(HttpMethod.Post, _world.Bank("/.authproxy/logout"));
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        if (proxyForgets)
        {
            // Whatever the process had in mind is gone; what is in the store is not.
            _world.Proxy.Process.Crash();
            await _world.Proxy.Process.WaitForExitAsync();
            await _world.Proxy.RestartAsync();
        }

        await _world.StartTokenizerAsync();

        var began = TimeProvider.System.GetTimestamp();
        while ((await _world.TokenizeAsync(_world.AssertionOf(claims))).Status != HttpStatusCode.Forbidden)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Limit, "the Tokenizer has not learned of the end");
            await Task.Delay(200);
        }
    }
}
