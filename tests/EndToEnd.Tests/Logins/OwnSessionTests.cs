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

        var (_, made) = await world.PostAsync(alice, "/tokenize", "{}");
        using var value = new StringContent("078-05-1120", Encoding.UTF8, "text/plain");
        using var kept = await alice.FetchAsync(HttpMethod.Put, new Uri(made.GetProperty("data").GetProperty("uploadUrl").GetString()!), value);
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        var question = $$"""{"tokenId":"{{made.GetProperty("data").GetProperty("tokenId").GetString()}}"}""";

        var (_, address) = await world.PostAsync(alice, "/detokenize", question);
        using var read = await alice.FetchAsync(HttpMethod.Get, new Uri(address.GetProperty("data").GetProperty("downloadUrl").GetString()!));
        Assert.Equal("078-05-1120", await read.Content.ReadAsStringAsync());
        var (status, refused) = await world.PostAsync(bob, "/detokenize", question);
        Assert.Equal((HttpStatusCode.Forbidden, "grant-missing"), (status, refused.GetProperty("error").GetProperty("name").GetString()));
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

    private static async Task SignInAsync(OwnSessionWorld world, UserAgent browser)
    {
        using var answer = await browser.NavigateAsync(world.Vault("/session/ensure"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([world.Vault("/").Authority, world.Desk, world.Vault("/").Authority], browser.Visited.Select(visited => visited.Authority));
        using var session = await browser.FetchAsync(HttpMethod.Get, world.Vault("/session/verify"));
        Assert.True(JsonDocument.Parse(await session.Content.ReadAsStringAsync()).RootElement.GetProperty("success").GetBoolean());
    }
}
