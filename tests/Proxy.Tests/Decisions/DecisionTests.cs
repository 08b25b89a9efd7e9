using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Tests.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using static AuthProxy.Proxy.Tests.Decisions.DecisionWorld;

namespace AuthProxy.Proxy.Tests.Decisions;

/// <summary>What callers are answered, whatever convention they keep.</summary>
public sealed class DecisionTests(DecisionFixture fixture) : IClassFixture<DecisionFixture>
{
    private readonly DecisionWorld _world = fixture.World;

    [Theory]
    [InlineData("oathkeeper"), InlineData("nginx"), InlineData("caddy"), InlineData("traefik"), InlineData("envoy")]
    public async Task Request_that_passes_is_200_with_an_empty_body_and_what_the_upstream_is_told(string caller)
    {
        var answer = await _world.AskAboutAsync(caller, "GET", "/items/7?step=2");

        Assert.Equal(200, StatusOf(answer));
        Assert.Equal(("item", "/items/7?step=2", "0", "no-store"), (HeaderOf(answer, "X-Rule"), HeaderOf(answer, "X-Target"), HeaderOf(answer, "Content-Length"), HeaderOf(answer, "Cache-Control")));
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("oathkeeper"), InlineData("nginx"), InlineData("caddy"), InlineData("traefik"), InlineData("envoy")]
    public async Task Method_of_the_original_request_decides(string caller)
    {
        Assert.Equal("checkout", HeaderOf(await _world.AskAboutAsync(caller, "POST", "/checkout"), "X-Rule"));
        Assert.NotEqual(200, StatusOf(await _world.AskAboutAsync(caller, "GET", "/checkout")));
    }

    [Theory]
    [InlineData("oathkeeper"), InlineData("nginx"), InlineData("caddy"), InlineData("traefik")]
    public async Task Names_that_no_rule_set_here_are_there_and_empty_so_that_no_client_fills_them_in(string caller)
    {
        var answer = await _world.AskAboutAsync(caller, "GET", "/open", "X-User: mallory", "X-Auth-Subject: mallory");

        Assert.Equal(200, StatusOf(answer));
        Assert.All((string[])["X-User", "X-Rule", "X-Auth-Assertion", "X-Auth-Subject", "X-Auth-Session"], name => Assert.Equal("", HeaderOf(answer, name)));
        Assert.DoesNotContain("mallory", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Envoy_is_told_to_remove_the_names_that_no_rule_set_here()
    {
        var answer = await _world.AskAboutAsync("envoy", "GET", "/items/7");

        var removed = HeaderOf(answer, "X-Envoy-Auth-Headers-To-Remove")!.Split(", ");
        Assert.Superset(new HashSet<string>(["X-User", "X-Auth-Assertion", "X-Auth-Subject", "X-Auth-Session", "Cookie", "Authorization", "X-Original-URL", "Remote-User"]), removed.ToHashSet());
        Assert.DoesNotContain("X-Rule", removed);
        Assert.Null(HeaderOf(answer, "X-User"));
    }

    [Fact]
    public async Task Request_headers_do_not_come_back()
    {
        var answer = await _world.AskAboutAsync("oathkeeper", "GET", "/open", "X-Anything: else", "Accept-Language: de");

        Assert.Null(HeaderOf(answer, "X-Anything"));
        Assert.Null(HeaderOf(answer, "Accept-Language"));
    }

    [Fact]
    public async Task Cookies_are_stated_without_ours()
    {
        var answer = await _world.AskAboutAsync("caddy", "GET", "/open", "Cookie: a=1; __Host-authproxy=secret; b=2");

        Assert.Equal("a=1; b=2", HeaderOf(answer, "Cookie"));
        Assert.Equal("", HeaderOf(await _world.AskAboutAsync("caddy", "GET", "/open", "Cookie: __Host-authproxy=secret"), "Cookie"));
    }

    [Fact]
    public async Task Credentials_that_were_used_up_are_withheld_and_others_stay()
    {
        var bearer = $"Authorization: Bearer {TestTokens.Mint(RunningProxy.IssuerKey, DateTimeOffset.UtcNow)}";

        var used = await _world.AskAboutAsync("nginx", "GET", "/known", bearer);
        var left = await _world.AskAboutAsync("nginx", "GET", "/app/x", bearer);
        var refused = await _world.AskAboutAsync("nginx", "GET", "/login", bearer);

        Assert.Equal((200, "alice", ""), (StatusOf(used), HeaderOf(used, "X-User"), HeaderOf(used, "Authorization")));
        Assert.Equal((200, bearer), (StatusOf(left), "Authorization: " + HeaderOf(left, "Authorization")));
        Assert.Equal((401, null), (StatusOf(refused), HeaderOf(refused, "Authorization")));
    }

    [Theory]
    [InlineData("oathkeeper"), InlineData("nginx"), InlineData("caddy"), InlineData("traefik"), InlineData("envoy")]
    public async Task Refusal_of_a_grpc_call_is_no_200(string caller)
    {
        var answer = await _world.AskAboutAsync(caller, "GET", "/closed", "Content-Type: application/grpc");

        Assert.Equal((403, "access-denied"), (StatusOf(answer), ReasonOf(answer)));
    }

    [Fact]
    public async Task Error_handler_that_answers_200_lets_nothing_pass()
    {
        await using var world = await StartAsync(
            """
            version: authproxy/v1
            rules:
            - { id: closed, match: { path: "/**" }, upstream: "http://127.0.0.1:9", authenticators: [anonymous], authorizers: [deny], errors: [friendly] }
            """,
            replace: services => services.AddSingleton<IHandlerKind<IErrorHandler>, FriendlyKind>());

        var answer = await world.AskAboutAsync("caddy", "GET", "/");

        Assert.Equal(403, StatusOf(answer));
        Assert.Contains("nothing to see", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_of_a_refusal_goes_to_the_browser_as_it_is()
    {
        var answer = await _world.AskAboutAsync("traefik", "GET", "/login");

        Assert.Equal((302, "https://login.test/?from=http%3A%2F%2Fshop.test%2Flogin"), (StatusOf(answer), HeaderOf(answer, "Location")));
    }

    [Fact]
    public async Task Redirect_reaches_nginx_as_401_with_the_address_beside_it()
    {
        var answer = await _world.AskAboutAsync("nginx", "GET", "/login");

        Assert.Equal((401, "https://login.test/?from=http%3A%2F%2Fshop.test%2Flogin", null), (StatusOf(answer), HeaderOf(answer, "X-AuthProxy-Login"), HeaderOf(answer, "Location")));
    }

    [Theory]
    [InlineData("/nowhere", 403, "rule-missing"), InlineData("/a%2Fb", 403, "target-malformed"), InlineData("/closed", 403, "access-denied")]
    [InlineData("/known", 401, "credentials-missing"), InlineData("/broken", 500, "identity-unavailable")]
    public async Task Nginx_gets_401_403_or_a_5xx_and_the_reason_beside_it(string target, int status, string reason)
    {
        var answer = await _world.AskAboutAsync("nginx", "GET", target);

        Assert.Equal((status, reason), (StatusOf(answer), ReasonOf(answer)));
    }

    [Theory]
    [InlineData("/.authproxy/callback?code=x"), InlineData("/.AUTHPROXY/logout"), InlineData("/%2eauthproxy/login")]
    public async Task Reserved_path_is_no_applications(string target)
    {
        var answer = await _world.AskAboutAsync("caddy", "GET", target);

        Assert.Equal((404, "endpoint-unknown"), (StatusOf(answer), ReasonOf(answer)));
    }

    [Theory]
    [InlineData("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), InlineData("Sec-WebSocket-Version: 13"), InlineData("Upgrade: websocket")]
    public async Task WebSocket_is_known_by_what_the_caller_leaves_of_its_handshake(string header)
    {
        var answer = await _world.AskAboutAsync("nginx", "GET", "/quiet", header);

        Assert.Equal((403, "upgrade-refused"), (StatusOf(answer), ReasonOf(answer)));
    }

    [Theory]
    [InlineData("h2c"), InlineData("TLS/1.0"), InlineData("websocket, h2c")]
    public async Task H2c_smuggling_an_upgrade_behind_which_nobody_decides_is_refused(string protocol)
    {
        var answer = await _world.AskAboutAsync("nginx", "GET", "/items/7", $"Upgrade: {protocol}");

        Assert.Equal((403, "upgrade-refused"), (StatusOf(answer), ReasonOf(answer)));
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7"), InlineData("198.51.100.1, 203.0.113.7", "203.0.113.7"), InlineData("nonsense", "127.0.0.1")]
    public async Task Client_is_whom_the_caller_saw(string forwardedFor, string client) =>
        Assert.Equal(client, HeaderOf(await _world.AskAboutAsync("nginx", "GET", "/items/7", $"X-Forwarded-For: {forwardedFor}"), "X-Client"));

    [Fact]
    public async Task Callers_key_is_seen_by_no_template_and_no_upstream()
    {
        var answer = await _world.AskAboutAsync("caddy", "GET", "/scheme");

        Assert.Equal((200, ""), (StatusOf(answer), HeaderOf(answer, TellingMutator.Key)));
        Assert.DoesNotContain(KeyOf("caddy"), answer, StringComparison.Ordinal);
    }

    private sealed class FriendlyHandler : IErrorHandler
    {
        public string Name => "friendly";

        public Responsibility For(HttpContext context, Refusal refusal) => Responsibility.Mine;

        public Task WriteAsync(HttpContext context, RefusalAnswer answer, CancellationToken cancellation) => context.Response.WriteAsync("nothing to see", cancellation);
    }

    private sealed class FriendlyKind : IHandlerKind<IErrorHandler>
    {
        public string Name => "friendly";

        public Hosting.Configuration.Schema Schema { get; } = NoSettings.Of("friendly", "Always says yes.");

        public IErrorHandler? Prepare(HandlerPreparation preparation) => new FriendlyHandler();
    }
}
