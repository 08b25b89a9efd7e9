using System.Net;
using System.Text.Json;

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

        await UntilNoGrantIsMadeAsync(_world, claims);
    }

    [Theory]
    [InlineData(Loss.Silence), InlineData(Loss.CutBeforeItArrives), InlineData(Loss.CutBeforeTheAnswer)]
    public async Task Notice_of_an_end_that_is_lost_on_its_way_to_a_Tokenizer_that_is_up_is_given_again(Loss loss)
    {
        await using var wire = new LossyWire();
        await using var world = await VaultWorld.StartAsync(wire);
        var (browser, claims) = await world.SignInAsync("alice");
        using var _ = browser;
        var token = TokenIn(await world.TokenizeAsync(world.AssertionOf(claims)));
        Assert.True(await world.HoldsGrantAsync(claims, token));

        wire.Loss = loss;
        using var logout = await browser.FetchAsync(HttpMethod.Post, world.Bank("/.authproxy/logout"));

        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        Assert.NotEqual(0, wire.Lost);
        Assert.Equal(loss != Loss.CutBeforeTheAnswer, await world.HoldsGrantAsync(claims, token));
        wire.Loss = Loss.None;
        await UntilNoGrantIsMadeAsync(world, claims);
        Assert.False(await world.HoldsGrantAsync(claims, token));
    }

    private static string TokenIn((HttpStatusCode Status, string Body) answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return JsonDocument.Parse(answer.Body).RootElement.GetProperty("data").GetProperty("tokenId").GetString()!;
    }

    // By an assertion that is still valid, of the session that has ended.
    private static async Task UntilNoGrantIsMadeAsync(VaultWorld world, JsonElement claims)
    {
        var began = TimeProvider.System.GetTimestamp();
        while ((await world.TokenizeAsync(world.AssertionOf(claims))).Status != HttpStatusCode.Forbidden)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Limit, "the Tokenizer has not learned of the end");
            await Task.Delay(200);
        }
    }
}
