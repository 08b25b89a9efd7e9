using System.Net;
using System.Net.WebSockets;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Integrations;

/// <summary>What holds behind a gateway that asks for decisions, whichever it is: docs/integrations.md says so of each.</summary>
public abstract class GatewayTests(GatewayWorld world)
{
    private static readonly string[] ForgedStatements =
    [
        "X-Original-URI: /open/x", "X-Original-Method: GET", "X-Forwarded-Uri: /open/x", "X-Forwarded-Method: GET", $"X-Forwarded-Host: {Gateway.Host}",
        "X-Forwarded-Proto: http", "X_Forwarded_Uri: /open/x", "X-Rewrite-URL: /open/x", "X-HTTP-Method-Override: GET",
    ];

    [Fact]
    public async Task Navigation_signs_in_and_the_application_gets_who_it_is_and_none_of_our_cookies()
    {
        using var browser = new UserAgent();
        browser.SetCookie(world.Url("/").Authority, "app", "1");
        using var page = await SignInAsync(browser, "/account?tab=%2Fa;b");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("/account?tab=%2Fa;b", page.RequestMessage!.RequestUri!.PathAndQuery);
        var seen = await page.Content.ReadAsStringAsync();
        Assert.Contains("X-User: alice", seen, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("X-Auth-Subject: alice", seen, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("X-Auth-Assertion: ey", seen, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Cookie: app=1", seen, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("__Host-authproxy", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Caller-Key", seen, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Script_without_a_session_gets_401_and_no_login()
    {
        using var browser = new UserAgent();
        using var answer = await browser.FetchAsync(HttpMethod.Get, world.Url("/api"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty(browser.CookiesOf(world.Url("/").Authority));
    }

    [Fact]
    public async Task Logout_ends_the_session()
    {
        using var browser = new UserAgent();
        using var page = await SignInAsync(browser, "/");
        using var confirmation = await browser.NavigateAsync(world.Url("/.authproxy/logout"));
        using var goodbye = await browser.SubmitAsync(confirmation);

        using var answer = await browser.FetchAsync(HttpMethod.Get, world.Url("/"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("X-User"), InlineData("x-user"), InlineData("X_User"), InlineData("X.User"), InlineData("X-Auth-Subject"), InlineData("X_Auth_Subject"), InlineData("X-Auth_Subject")]
    [InlineData("X-Auth-Assertion"), InlineData("X-Auth-Session"), InlineData("Remote-User"), InlineData("X-Original-URL"), InlineData("X-Forwarded-Uri"), InlineData("X-AuthProxy-Login")]
    public async Task Header_that_looks_like_our_word_does_not_reach_the_application_from_a_client(string name)
    {
        var answer = await RawHttp.GetAsync(world.Ports.Gateway, world.Url("/").Authority, "/open/x", $"{name}: mallory", $"{name}: mallory");

        Assert.Equal(200, RawHttp.StatusOf(answer));
        if (name != "X-AuthProxy-Login")
        {
            Assert.DoesNotContain("mallory", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task H2c_smuggling_no_other_protocol_than_WebSocket_reaches_the_application()
    {
        var answer = await RawHttp.SendAsync(world.Ports.Gateway,
            $"GET /open/x HTTP/1.1\r\nHost: {world.Url("/").Authority}\r\nConnection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n");

        Assert.NotEqual(101, RawHttp.StatusOf(answer));
        Assert.DoesNotContain("Upgrade: h2c", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Client_cannot_have_our_word_taken_off_by_naming_it_in_Connection()
    {
        using var browser = new UserAgent();
        using var page = await SignInAsync(browser, "/");
        var cookies = string.Join("; ", browser.CookiesOf(world.Url("/").Authority).Select(cookie => $"{cookie.Key}={cookie.Value}"));

        var answer = await RawHttp.SendAsync(world.Ports.Gateway,
            $"GET / HTTP/1.1\r\nHost: {world.Url("/").Authority}\r\nCookie: {cookies}\r\nX-User: mallory\r\nConnection: X-User, X-Auth-Subject\r\nConnection: X-Auth-Assertion, close\r\n\r\n");

        Assert.Equal(200, RawHttp.StatusOf(answer));
        Assert.Contains("X-User: alice", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("X-Auth-Assertion: ey", answer, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("mallory", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/closed/x"), InlineData("/closed/x?next=/open/x"), InlineData("/closed/x?/open/x")]
    public async Task Statements_of_a_client_about_the_original_request_have_no_effect(string target)
    {
        var before = world.Application.Requests;

        var answer = await RawHttp.GetAsync(world.Ports.Gateway, world.Url("/").Authority, target, ForgedStatements);

        Assert.Equal(403, RawHttp.StatusOf(answer));
        Assert.Equal(before, world.Application.Requests);
    }

    [Fact]
    public async Task Method_is_the_clients_and_not_what_it_states()
    {
        var before = world.Application.Requests;

        var answer = await RawHttp.SendAsync(world.Ports.Gateway,
            $"POST /read HTTP/1.1\r\nHost: {world.Url("/").Authority}\r\nContent-Length: 0\r\n{string.Concat(ForgedStatements.Select(header => header + "\r\n"))}Connection: close\r\n\r\n");

        Assert.Equal(403, RawHttp.StatusOf(answer));
        Assert.Equal(before, world.Application.Requests);
        Assert.Equal(200, RawHttp.StatusOf(await RawHttp.GetAsync(world.Ports.Gateway, world.Url("/").Authority, "/read")));
    }

    [Fact]
    public async Task Query_takes_no_part_in_the_decision() =>
        Assert.Equal(200, RawHttp.StatusOf(await RawHttp.GetAsync(world.Ports.Gateway, world.Url("/").Authority, "/open/x?to=/closed/x&convention=oathkeeper")));

    [Theory]
    [InlineData("/open/../closed/x"), InlineData("/open/%2e%2e/closed/x"), InlineData("/open/..%2fclosed/x"), InlineData("/open%2f..%2fclosed/x"), InlineData("//closed/x"), InlineData("/./closed/x"), InlineData("/closed/x/../../open/x")]
    [InlineData("/open/x%00"), InlineData("/open/x%0a"), InlineData("/open\\..\\closed/x"), InlineData("/%63losed/x"), InlineData("/.authproxy/../closed/x"), InlineData("/open/..;/closed/x")]
    public async Task Target_that_gateway_and_application_could_read_differently_reaches_no_application(string target)
    {
        var before = world.Application.Requests;

        var answer = await RawHttp.GetAsync(world.Ports.Gateway, world.Url("/").Authority, target);

        Assert.InRange(RawHttp.StatusOf(answer), 300, 499);
        Assert.Equal(before, world.Application.Requests);
    }

    // Caddy takes the rest for a path, and says so to both; nginx cuts it off for itself, and states it.
    [Fact]
    public async Task Fragment_is_refused_or_means_the_same_to_the_decision_and_the_application()
    {
        var answer = await RawHttp.GetAsync(world.Ports.Gateway, world.Url("/").Authority, "/open/x#/closed/x");

        Assert.True(RawHttp.StatusOf(answer) >= 400 || answer.Contains("GET /open/x%23/closed/x\n", StringComparison.Ordinal), answer);
    }

    [Theory]
    [InlineData("/.authproxy/callback?code=stolen&state=x"), InlineData("/.AUTHPROXY/callback?code=stolen"), InlineData("/%2eauthproxy/callback?code=stolen")]
    public async Task Reserved_paths_reach_no_application(string target)
    {
        var before = world.Application.Requests;

        var answer = await RawHttp.GetAsync(world.Ports.Gateway, world.Url("/").Authority, target, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document");

        Assert.InRange(RawHttp.StatusOf(answer), 400, 499);
        Assert.Equal(before, world.Application.Requests);
    }

    [Fact]
    public async Task Refusal_of_a_grpc_call_is_none_that_the_gateway_takes_for_a_yes()
    {
        var before = world.Application.Requests;

        var answer = await RawHttp.GetAsync(world.Ports.Gateway, world.Url("/").Authority, "/closed/x", "Content-Type: application/grpc", "TE: trailers");

        Assert.Equal(403, RawHttp.StatusOf(answer));
        Assert.Equal(before, world.Application.Requests);
    }

    [Fact]
    public async Task Form_of_another_origin_is_refused()
    {
        using var browser = new UserAgent();
        using var page = await SignInAsync(browser, "/");
        var before = world.Application.Requests;
        using var request = new HttpRequestMessage(HttpMethod.Post, world.Url("/transfer")) { Content = new FormUrlEncodedContent([]) };
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "cross-site");
        request.Headers.TryAddWithoutValidation("Origin", "http://evil.app.localhost");

        using var answer = await browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(before, world.Application.Requests);
    }

    [Fact]
    public async Task Large_body_passes_and_the_decision_does_not_see_it()
    {
        using var client = Loopback.Client();
        using var answer = await client.PostAsync(world.Url("/upload"), new ByteArrayContent(new byte[5 * 1024 * 1024]));

        Assert.Equal("5242880", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task WebSocket_passes()
    {
        using var socket = new ClientWebSocket();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var invoker = new HttpMessageInvoker(Loopback.Handler());
        await socket.ConnectAsync(new UriBuilder(world.Url("/socket")) { Scheme = "ws" }.Uri, invoker, patience.Token);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, patience.Token);
        var buffer = new byte[16];
        var received = await socket.ReceiveAsync(buffer, patience.Token);

        Assert.Equal("hello"u8.ToArray(), buffer[..received.Count]);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
    }

    [Fact]
    public async Task WebSocket_of_another_origin_is_refused_where_a_session_would_open_it()
    {
        using var browser = new UserAgent();
        using var page = await SignInAsync(browser, "/");
        var before = world.Application.Requests;
        var cookies = string.Join("; ", browser.CookiesOf(world.Url("/").Authority).Select(cookie => $"{cookie.Key}={cookie.Value}"));

        var answer = await RawHttp.SendAsync(world.Ports.Gateway,
            $"GET /socket HTTP/1.1\r\nHost: {world.Url("/").Authority}\r\nCookie: {cookies}\r\nOrigin: http://evil.app.localhost\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n");

        Assert.Equal(403, RawHttp.StatusOf(answer));
        Assert.Equal(before, world.Application.Requests);
    }

    [Fact]
    public async Task Whoever_asks_past_the_gateway_is_a_stranger()
    {
        var answer = await RawHttp.GetAsync(world.Ports.Decisions, world.Url("/").Authority, "/decisions",
            $"X-Forwarded-Host: {Gateway.Host}:{world.Ports.Gateway}", "X-Forwarded-Method: GET", "X-Forwarded-Proto: http", "X-Forwarded-Uri: /open/x", "X-Original-URI: /open/x", "X-Original-Method: GET");

        Assert.Equal(403, RawHttp.StatusOf(answer));
        Assert.Contains("caller-unknown", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_answer_nothing_passes()
    {
        var before = world.Application.Requests;
        var ports = Loopback.FreePorts(2);
        await using var alone = await StartGatewayAsync(world.Ports with { Gateway = ports[0], Decisions = ports[1] });

        var answer = await RawHttp.GetAsync(ports[0], world.Url("/").Authority, "/open/x");

        Assert.InRange(RawHttp.StatusOf(answer), 500, 599);
        Assert.Equal(before, world.Application.Requests);
    }

    [Fact]
    public async Task Gateway_with_another_key_is_refused_everything()
    {
        var before = world.Application.Requests;
        var port = Loopback.FreePorts(1)[0];
        await using var other = await StartGatewayAsync(world.Ports with { Gateway = port, CallerKey = "another-key-of-thirty-two-characters" });

        var answer = await RawHttp.GetAsync(port, $"{Gateway.Host}:{port}", "/open/x");

        Assert.Equal(403, RawHttp.StatusOf(answer));
        Assert.Equal(before, world.Application.Requests);
    }

    protected abstract Task<Gateway> StartGatewayAsync(GatewayPorts ports);

    private async Task<HttpResponseMessage> SignInAsync(UserAgent browser, string target)
    {
        using var login = await browser.NavigateAsync(world.Url(target));
        Assert.Equal(world.Provider.Issuer, login.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Authority));
        return await browser.SubmitAsync(login, ("login", "alice"), ("password", "any"));
    }
}

public sealed class NginxTests(NginxWorld world) : GatewayTests(world), IClassFixture<NginxWorld>
{
    protected override Task<Gateway> StartGatewayAsync(GatewayPorts ports) => Gateway.StartNginxAsync(ports);
}

public sealed class CaddyTests(CaddyWorld world) : GatewayTests(world), IClassFixture<CaddyWorld>
{
    protected override Task<Gateway> StartGatewayAsync(GatewayPorts ports) => Gateway.StartCaddyAsync(ports);
}
