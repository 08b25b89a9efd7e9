using Microsoft.AspNetCore.Http;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

public class PushedAuthorizationTests
{
    [Fact]
    public async Task Pushed_request_leaves_the_browser_with_a_reference_and_nothing_else()
    {
        await using var world = await WithEndpointAsync("require");

        var redirect = await world.NewBrowser().GoAsync(App + "/");
        var page = await world.NewBrowser().SignInAsync(App + "/x");

        Assert.Equal(["client_id", "request_uri"], StubProvider.Split(redirect.Location).Query.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((200, App + "/x"), (page.Status, page.Address));
        Assert.Equal(["S256", "code"], [world.Provider.Asked["code_challenge_method"], world.Provider.Asked["response_type"]]);
    }

    [Theory]
    [InlineData("auto", false, 0), InlineData("auto", true, 1), InlineData("off", true, 0), InlineData("require", false, 1)]
    public async Task Request_is_pushed_where_the_provider_or_the_operator_insists(string mode, bool required, int pushes)
    {
        await using var world = await WithEndpointAsync(mode);
        world.Provider.Discovery["require_pushed_authorization_requests"] = required ? "true" : "false";

        await world.NewBrowser().GoAsync(App + "/");

        Assert.Equal(pushes, world.Provider.Pushes);
    }

    [Fact]
    public async Task Request_that_must_be_pushed_goes_no_other_way()
    {
        await using var world = await StartAsync(", pushed_authorization: require");

        var answer = await world.NewBrowser().GoAsync(App + "/");

        Assert.Equal((400, "login-failed", ""), (answer.Status, answer.Reason, answer.Location));
    }

    [Theory]
    [InlineData(400, "{\"error\":\"invalid_request\"}", 400, "login-failed")]
    [InlineData(401, "{\"error\":\"invalid_client\"}", 400, "login-failed")]
    [InlineData(403, "<html>no</html>", 400, "login-failed")]
    [InlineData(500, "", 503, "provider-unavailable")]
    [InlineData(429, "", 503, "provider-unavailable")]
    [InlineData(400, "{\"error\":\"\\ud800\"}", 400, "login-failed")]
    [InlineData(201, "{\"request_uri\":\"\\udfff\"}", 400, "login-failed")]
    [InlineData(201, "{}", 400, "login-failed")]
    [InlineData(201, "{\"request_uri\":7}", 400, "login-failed")]
    [InlineData(201, "{\"request_uri\":\"/relative\"}", 400, "login-failed")]
    [InlineData(201, "{\"request_uri\":\"urn:a\",\"request_uri\":\"urn:b\"}", 400, "login-failed")]
    [InlineData(302, "", 400, "login-failed")]
    public async Task Provider_that_says_no_is_told_from_one_in_trouble(int status, string body, int expected, string reason)
    {
        await using var world = await WithEndpointAsync("require");
        world.Provider.PushAnswer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "https://evil.example/";
            return context.Response.WriteAsync(body);
        };

        var answer = await world.NewBrowser().GoAsync(App + "/");

        Assert.Equal((expected, reason, ""), (answer.Status, answer.Reason, answer.Location));
    }

    [Fact]
    public async Task Oversized_reference_or_answer_is_refused()
    {
        await using var world = await WithEndpointAsync("require");
        foreach (var length in (int[])[1000, 300_000])
        {
            world.Provider.PushAnswer = context =>
            {
                context.Response.StatusCode = 201;
                return context.Response.WriteAsync($"{{\"request_uri\":\"urn:{new string('a', length)}\"}}");
            };

            Assert.Equal("login-failed", (await world.NewBrowser().GoAsync(App + "/")).Reason);
        }
    }

    private static async Task<LoginWorld> WithEndpointAsync(string mode)
    {
        var world = await StartAsync($", pushed_authorization: {mode}");
        world.Provider.Discovery["pushed_authorization_request_endpoint"] = $"\"{world.Provider.Issuer}/par\"";
        return world;
    }
}
