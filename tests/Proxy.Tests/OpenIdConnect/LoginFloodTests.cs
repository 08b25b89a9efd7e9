using System.Net;
using AuthProxy.Proxy.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

/// <summary>Strangers who want the provider to be asked, again and again, in our name.</summary>
public class LoginFloodTests
{
    [Fact]
    public async Task Flood_of_invented_codes_from_one_address_ends_there_and_leaves_other_addresses_alone()
    {
        await using var world = await StartAsync(", attempts_per_address: 3");
        for (var attempt = 0; attempt < 3; attempt++)
        {
            Assert.Equal("login-failed", (await InventAsync(world)).Reason);
        }

        var refused = await InventAsync(world);
        Assert.Equal((429, "rate-limited"), (refused.Status, refused.Reason));
        Assert.Equal("20", refused.Headers.RetryAfter.ToString());
        Assert.Equal(3, world.Provider.TokenRequests);

        world.Client = IPAddress.Parse("192.0.2.7");
        Assert.Equal(200, (await world.NewBrowser().SignInAsync()).Status);
        world.Client = IPAddress.Loopback;
        world.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(200, (await world.NewBrowser().SignInAsync()).Status);
    }

    [Fact]
    public async Task Flood_of_invented_codes_for_one_state_ends_after_a_few()
    {
        await using var world = await StartAsync();
        var browser = world.NewBrowser();
        var state = StubProvider.Split((await browser.GoAsync(App + "/")).Location).Query["state"];
        for (var attempt = 0; attempt < LoginLimits.TriesOfOneLogin + 3; attempt++)
        {
            Assert.Equal("login-failed", (await browser.GoAsync(Callback(world, state))).Reason);
        }

        Assert.Equal(LoginLimits.TriesOfOneLogin, world.Provider.TokenRequests);
        Assert.Equal(200, (await browser.SignInAsync()).Status);
    }

    [Fact]
    public async Task Flood_of_codes_at_once_is_bounded_and_leaves_refreshes_their_way_to_the_provider()
    {
        await using var world = await StartAsync();
        var signedIn = world.NewBrowser();
        await signedIn.SignInAsync();
        var (asked, gate) = (0, new TaskCompletionSource());
        world.Provider.TokenAnswer = async context =>
        {
            if ((await context.Request.ReadFormAsync())["grant_type"] == "authorization_code")
            {
                Interlocked.Increment(ref asked);
                await gate.Task;
            }

            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("""{"error":"invalid_grant"}""");
        };

        var flood = Enumerable.Range(0, TokenEndpoint.MostAtOnce + 4).Select(_ => InventAsync(world)).ToList();
        var refused = new List<Answer>();
        while (refused.Count < 4)
        {
            var next = await Task.WhenAny(flood);
            flood.Remove(next);
            refused.Add(await next);
        }

        var refresh = await world.Get<OidcProviders>().All[0].Tokens.RefreshAsync(new Uri(world.Provider.Issuer + "/token"), "refresh-token", default);
        gate.SetResult();
        await Task.WhenAll(flood);

        Assert.All(refused, answer => Assert.Equal((503, "provider-unavailable"), (answer.Status, answer.Reason)));
        Assert.Equal("invalid_grant", Assert.IsType<ExchangeOutcome.Refused>(refresh).Error);
        Assert.Equal(TokenEndpoint.MostAtOnce, asked);
    }

    [Fact]
    public async Task Flood_of_logins_that_are_pushed_ends_at_the_address_and_one_that_is_not_pushed_costs_nothing()
    {
        await using var world = await PushingAsync(", attempts_per_address: 2");
        await world.NewBrowser().GoAsync(App + "/");
        await world.NewBrowser().GoAsync(App + "/");

        var refused = await world.NewBrowser().GoAsync(App + "/");

        Assert.Equal((429, "rate-limited", 2), (refused.Status, refused.Reason, world.Provider.Pushes));
        Assert.Equal("30", refused.Headers.RetryAfter.ToString());

        await using var other = await StartAsync(", attempts_per_address: 1");
        for (var attempt = 0; attempt < 3; attempt++)
        {
            Assert.True((await other.NewBrowser().GoAsync(App + "/")).IsRedirect);
        }
    }

    [Fact]
    public async Task Flood_of_logins_at_a_slow_provider_does_not_keep_pages_waiting()
    {
        await using var world = await PushingAsync("");
        var gate = new TaskCompletionSource();
        world.Provider.PushAnswer = _ => gate.Task;

        var flood = Enumerable.Range(0, AuthorizationRequests.MostPushes + 1).Select(_ => world.NewBrowser().GoAsync(App + "/")).ToList();
        var refused = await await Task.WhenAny(flood);
        var waiting = flood.Count(page => !page.IsCompleted);
        gate.SetResult();
        await Task.WhenAll(flood);

        Assert.Equal((503, "provider-unavailable", AuthorizationRequests.MostPushes), (refused.Status, refused.Reason, waiting));
        Assert.NotEqual("", refused.Headers.RetryAfter.ToString());
    }

    private static async Task<Answer> InventAsync(LoginWorld world)
    {
        var browser = world.NewBrowser();
        return await browser.GoAsync(Callback(world, StubProvider.Split((await browser.GoAsync(App + "/")).Location).Query["state"]));
    }

    private static string Callback(LoginWorld world, string state) =>
        $"{App}/.authproxy/callback?code=invented&state={Uri.EscapeDataString(state)}&iss={Uri.EscapeDataString(world.Provider.Issuer)}";

    private static async Task<LoginWorld> PushingAsync(string more)
    {
        var world = await StartAsync(", pushed_authorization: require" + more);
        world.Provider.Discovery["pushed_authorization_request_endpoint"] = $"\"{world.Provider.Issuer}/par\"";
        return world;
    }
}
