using System.Net;
using System.Text;
using System.Text.Json;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Logins;

/// <summary>Scheme application with real processes: a browser walks the redirects, and its user keeps and reads values.</summary>
public class OwnSessionTests
{
    [Fact]
    public async Task Whoever_walks_the_redirects_reads_their_own_value_and_nobody_else_does()
    {
        await using var world = await OwnSessionWorld.StartAsync();
        using var alice = world.BrowserOf("alice");
        using var bob = world.BrowserOf("bob");
        await SignInAsync(world, alice);
        await SignInAsync(world, bob);
        var token = await KeepAsync(world, alice, "078-05-1120");

        Assert.Equal("078-05-1120", await ReadAsync(world, alice, token));
        await AssertReadsNothingAsync(world, bob, token);
    }

    [Fact]
    public async Task Application_grants_before_the_browser_has_shown_its_session_and_only_to_the_owner()
    {
        await using var world = await OwnSessionWorld.StartAsync();
        using var alice = world.BrowserOf("alice");
        using var elsewhere = world.BrowserOf("alice", device: "telephone");
        using var bob = world.BrowserOf("bob");
        await SignInAsync(world, alice);
        var token = await KeepAsync(world, alice, "078-05-1120");

        using var granted = await elsewhere.FetchAsync(HttpMethod.Get, new Uri($"http://{world.Desk}/grant?token={token}"));
        using var refused = await bob.FetchAsync(HttpMethod.Get, new Uri($"http://{world.Desk}/grant?token={token}"));
        await SignInAsync(world, elsewhere);
        await SignInAsync(world, bob);

        Assert.True(granted.IsSuccessStatusCode);
        Assert.False(refused.IsSuccessStatusCode);
        Assert.Equal("078-05-1120", await ReadAsync(world, elsewhere, token));
        await AssertReadsNothingAsync(world, bob, token);
    }

    [Fact]
    public async Task Backend_whose_certificate_is_not_trusted_signs_nobody_in()
    {
        await using var world = await OwnSessionWorld.StartAsync(isTrusted: false);
        using var alice = world.BrowserOf("alice");

        using var answer = await alice.NavigateAsync(world.Vault("/session/ensure"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.DoesNotContain("__Host-tokenizer-session", alice.CookiesOf(world.Vault("/").Authority).Keys);
    }

    private static async Task<string> KeepAsync(OwnSessionWorld world, UserAgent browser, string text)
    {
        var (_, made) = await world.PostAsync(browser, "/tokenize", "{}");
        using var value = new StringContent(text, Encoding.UTF8, "text/plain");
        using var kept = await browser.FetchAsync(HttpMethod.Put, new Uri(made.GetProperty("data").GetProperty("uploadUrl").GetString()!), value);
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        return made.GetProperty("data").GetProperty("tokenId").GetString()!;
    }

    private static async Task<string> ReadAsync(OwnSessionWorld world, UserAgent browser, string token)
    {
        var (_, address) = await world.PostAsync(browser, "/detokenize", $$"""{"tokenId":"{{token}}"}""");
        using var read = await browser.FetchAsync(HttpMethod.Get, new Uri(address.GetProperty("data").GetProperty("downloadUrl").GetString()!));
        return await read.Content.ReadAsStringAsync();
    }

    private static async Task AssertReadsNothingAsync(OwnSessionWorld world, UserAgent browser, string token)
    {
        var (status, refused) = await world.PostAsync(browser, "/detokenize", $$"""{"tokenId":"{{token}}"}""");
        Assert.Equal((HttpStatusCode.Forbidden, "grant-missing"), (status, refused.GetProperty("error").GetProperty("name").GetString()));
    }

    private static async Task SignInAsync(OwnSessionWorld world, UserAgent browser)
    {
        var before = browser.Visited.Count;
        using var answer = await browser.NavigateAsync(world.Vault("/session/ensure"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([world.Vault("/").Authority, world.Desk, world.Vault("/").Authority], browser.Visited.Skip(before).Select(visited => visited.Authority));
        using var session = await browser.FetchAsync(HttpMethod.Get, world.Vault("/session/verify"));
        Assert.True(JsonDocument.Parse(await session.Content.ReadAsStringAsync()).RootElement.GetProperty("success").GetBoolean());
    }
}
