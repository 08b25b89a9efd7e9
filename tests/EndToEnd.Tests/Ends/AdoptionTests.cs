using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Ends;

/// <summary>What a guest keeps at the Tokenizer passes to whoever logs in, once; Proxy and Tokenizer are both real.</summary>
public sealed class AdoptionTests : IAsyncLifetime
{
    private const string Cookie = "__Host-authproxy";
    private const string Value = "078-05-1120";

    private VaultWorld _world = null!;

    public async Task InitializeAsync() => _world = await VaultWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task What_a_guest_keeps_and_may_use_is_the_users_after_the_login_and_nobody_elses_by_the_same_cookie()
    {
        using var browser = new UserAgent();
        using var shop = await browser.NavigateAsync(_world.Bank("/shop/cart"));
        var guest = await VaultWorld.ClaimsOnAsync(shop);
        Assert.True(guest.GetProperty("guest").GetBoolean());
        var token = await KeepAsync(browser);
        Assert.True(await _world.HoldsGrantAsync(guest, token));
        using var other = new UserAgent();
        foreach (var host in new[] { _world.Bank("/").Authority, _world.Vault("/").Authority })
        {
            other.SetCookie(host, Cookie, browser.CookiesOf(host)[Cookie]);
        }

        var alice = await SignInAsync(browser, "alice");

        Assert.Equal(Value, await ReadAsync(browser, token));
        Assert.True(await _world.HoldsGrantAsync(alice, token));
        Assert.False(await _world.HoldsGrantAsync(guest, token));
        Assert.Equal(HttpStatusCode.Forbidden, (await _world.TokenizeAsync(_world.AssertionOf(guest))).Status);

        var bob = await SignInAsync(other, "bob");

        using var refused = await CallAsync(other, "/detokenize", $$"""{"tokenId":"{{token}}"}""");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.False(await _world.HoldsGrantAsync(bob, token));
        Assert.Equal(Value, await ReadAsync(browser, token));
        Assert.True(await _world.HoldsGrantAsync(alice, token));
    }

    private async Task<JsonElement> SignInAsync(UserAgent browser, string subject)
    {
        using var login = await browser.NavigateAsync(_world.Bank("/"));
        using var page = await browser.SubmitAsync(login, ("login", subject), ("password", "any"));
        var claims = await VaultWorld.ClaimsOnAsync(page);
        Assert.Equal(subject, claims.GetProperty("sub").GetString());
        return claims;
    }

    private async Task<string> KeepAsync(UserAgent browser)
    {
        using var made = await CallAsync(browser, "/tokenize", "{}");
        var data = await DataOfAsync(made);
        using var content = new StringContent(Value, Encoding.UTF8, new MediaTypeHeaderValue("text/plain"));
        using var kept = await browser.FetchAsync(HttpMethod.Put, new Uri(data.GetProperty("uploadUrl").GetString()!), content);
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        return data.GetProperty("tokenId").GetString()!;
    }

    private async Task<string> ReadAsync(UserAgent browser, string token)
    {
        using var found = await CallAsync(browser, "/detokenize", $$"""{"tokenId":"{{token}}"}""");
        using var value = await browser.FetchAsync(HttpMethod.Get, new Uri((await DataOfAsync(found)).GetProperty("downloadUrl").GetString()!));
        return await value.Content.ReadAsStringAsync();
    }

    private Task<HttpResponseMessage> CallAsync(UserAgent browser, string path, string json) =>
        browser.FetchAsync(HttpMethod.Post, _world.Vault(path), new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")));

    private static async Task<JsonElement> DataOfAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode} {body}");
        return JsonDocument.Parse(body).RootElement.GetProperty("data");
    }
}
