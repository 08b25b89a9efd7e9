using static AuthProxy.Proxy.Tests.Decisions.DecisionWorld;

namespace AuthProxy.Proxy.Tests.Decisions;

/// <summary>What clients send to make a caller's question about another request than theirs (CVE-2026-40575 of oauth2-proxy and its kin).</summary>
public sealed class OriginalRequestAttackTests(DecisionFixture fixture) : IClassFixture<DecisionFixture>
{
    private static readonly string[] Forged =
    [
        "X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: shop.test", "X-Forwarded-Uri: /open", "X-Original-Method: GET", "X-Original-URI: /open",
        "X-Envoy-Original-Path: /open", "X-Rewrite-URL: /open", "X-HTTP-Method-Override: GET", "Forwarded: host=shop.test;proto=https",
    ];

    private readonly DecisionWorld _world = fixture.World;

    [Theory]
    [InlineData("nginx", "X-Original"), InlineData("envoy", "X-Forwarded-Proto"), InlineData("caddy", "X-Forwarded"), InlineData("traefik", "X-Forwarded")]
    public async Task Headers_of_another_convention_mean_nothing(string caller, string own)
    {
        // A header that the caller sets itself replaces the client's: only the others can arrive.
        var forged = Forged.Where(header => !header.StartsWith(own, StringComparison.Ordinal) && !(caller == "nginx" && header.StartsWith("X-Forwarded-Proto", StringComparison.Ordinal))).ToArray();

        var answer = await _world.AskAboutAsync(caller, "GET", "/closed", forged);

        Assert.Equal((403, "access-denied"), (StatusOf(answer), ReasonOf(answer)));
    }

    [Theory]
    [InlineData("nginx", "X-Original-Method: POST"), InlineData("nginx", "X-Original-URI: /open"), InlineData("nginx", "X-Forwarded-Proto: https"), InlineData("nginx", "X-Original-URL: http://shop.test/open")]
    [InlineData("caddy", "X-Forwarded-Method: POST"), InlineData("caddy", "X-Forwarded-Uri: /open"), InlineData("traefik", "X-Forwarded-Host: shop.test"), InlineData("traefik", "X-Forwarded-Proto: https")]
    public async Task Header_of_the_clients_beside_the_callers_own_is_refused(string caller, string second)
    {
        var answer = await _world.AskAboutAsync(caller, "GET", "/items/7", second);

        Assert.Equal((caller == "nginx" ? 403 : 400, "request-malformed"), (StatusOf(answer), ReasonOf(answer)));
    }

    [Theory]
    [InlineData("nginx", "X-Original-URI: /open", "X-Forwarded-Proto: http"), InlineData("nginx", "X-Original-Method: GET", "X-Forwarded-Proto: http"), InlineData("nginx", "X-Original-Method: GET", "X-Original-URI: /open")]
    [InlineData("caddy", "X-Forwarded-Method: GET", "X-Forwarded-Proto: http", "X-Forwarded-Uri: /open"), InlineData("caddy", "X-Forwarded-Method: GET", "X-Forwarded-Host: shop.test", "X-Forwarded-Proto: http")]
    [InlineData("traefik", "X-Forwarded-Host: shop.test", "X-Forwarded-Proto: http", "X-Forwarded-Uri: /open"), InlineData("traefik")]
    public async Task Caller_that_leaves_one_of_its_headers_to_the_client_is_found_at_its_first_question(string caller, params string[] headers)
    {
        var answer = await _world.AskAsync(caller, "GET /decisions", ["Host: shop.test", .. headers]);

        Assert.Equal("request-malformed", ReasonOf(answer));
        Assert.True(StatusOf(answer) is 400 or 403);
    }

    [Theory]
    [InlineData("http://shop.test/open"), InlineData("http://evil.test/open"), InlineData("//shop.test/open"), InlineData("open"), InlineData("/x/../open"), InlineData("/open/."), InlineData("//open")]
    [InlineData("/open#/closed"), InlineData("/items%2F7"), InlineData("/items%5C7"), InlineData("/open%00"), InlineData("/open%0A"), InlineData("/%2e%2e/open"), InlineData("/%zz"), InlineData("*")]
    public async Task Target_with_two_readings_is_refused(string target)
    {
        foreach (var caller in (string[])["nginx", "caddy", "traefik"])
        {
            var answer = await _world.AskAboutAsync(caller, "GET", target);

            Assert.Contains(StatusOf(answer), (int[])[400, 403]);
            Assert.Contains(ReasonOf(answer), (string[])["target-malformed", "request-malformed"]);
        }
    }

    [Theory]
    [InlineData("/x/../open"), InlineData("//open"), InlineData("/app/../open"), InlineData("/./open"), InlineData("/app//"), InlineData("/app/%2e%2e/open")]
    public async Task Path_that_Oathkeeper_would_clean_is_refused_where_the_caller_forwards_it_as_it_came(string target)
    {
        await using var world = await StartAsync(Oathkeeper("http://shop.test/<.*>"));

        foreach (var caller in (string[])["oathkeeper", "nginx", "caddy", "envoy"])
        {
            Assert.Equal("target-malformed", ReasonOf(await world.AskAboutAsync(caller, "GET", target)));
        }
    }

    [Fact]
    public async Task Trailing_slash_is_matched_as_Oathkeeper_does()
    {
        await using var world = await StartAsync(Oathkeeper("http://shop.test/open"));

        Assert.Equal(200, StatusOf(await world.AskAboutAsync("oathkeeper", "GET", "/open/?a=1")));
    }

    [Theory]
    [InlineData("GET /decisionsopen"), InlineData("GET /decisions"), InlineData("GET /decisions?/open"), InlineData("GET /Decisions/open"), InlineData("GET /%64ecisions/open"), InlineData("GET http://shop.test/decisions/open"), InlineData("GET //decisions/open")]
    public async Task Path_without_its_slash_or_prefix_is_no_question(string line)
    {
        foreach (var caller in (string[])["envoy", "oathkeeper"])
        {
            Assert.Contains(StatusOf(await _world.AskAsync(caller, line, "Host: shop.test")), (int[])[400, 404]);
        }
    }

    [Theory]
    [InlineData("GET /decisions/open"), InlineData("GET /decisions/")]
    public async Task Conventions_that_state_the_target_in_a_header_take_no_path(string line)
    {
        foreach (var caller in (string[])["nginx", "caddy", "traefik"])
        {
            Assert.Equal("endpoint-unknown", ReasonOf(await _world.AskAsync(caller, line,
                "Host: shop.test", "X-Forwarded-Method: GET", "X-Forwarded-Proto: http", "X-Forwarded-Host: shop.test", "X-Forwarded-Uri: /open", "X-Original-URI: /open", "X-Original-Method: GET")));
        }
    }

    [Theory]
    [InlineData("GET /decisions?convention=oathkeeper"), InlineData("GET /decisions?X-Forwarded-Uri=/open")]
    public async Task Query_of_the_question_means_nothing(string line)
    {
        var answer = await _world.AskAsync("caddy", line, "X-Forwarded-Method: GET", "X-Forwarded-Proto: http", "X-Forwarded-Host: shop.test", "X-Forwarded-Uri: /closed");

        Assert.Equal("access-denied", ReasonOf(answer));
    }

    [Theory]
    [InlineData("TRACE"), InlineData("CONNECT")]
    public async Task Tunnels_and_traces_are_refused_before_any_rule(string method) =>
        Assert.Equal("method-not-allowed", ReasonOf(await _world.AskAboutAsync("caddy", method, "/open")));

    [Theory]
    [InlineData("GET, POST"), InlineData("G ET"), InlineData("GET\tx"), InlineData("AVERYLONGMETHODTHATNOBODYSENDSEVERATALL")]
    public async Task Method_that_is_none_is_refused(string method) =>
        Assert.Equal("request-malformed", ReasonOf(await _world.AskAboutAsync("caddy", method, "/open")));

    [Theory]
    [InlineData("http, https"), InlineData("ws"), InlineData("javascript")]
    public async Task Scheme_that_is_none_is_refused(string scheme) =>
        Assert.Equal("request-malformed", ReasonOf(await _world.AskAsync("caddy", "GET /decisions",
            "X-Forwarded-Method: GET", $"X-Forwarded-Proto: {scheme}", "X-Forwarded-Host: shop.test", "X-Forwarded-Uri: /open")));

    [Theory]
    [InlineData("other.test", 403, "caller-not-allowed"), InlineData("shop.test.evil.test", 403, "caller-not-allowed"), InlineData("xshop.test", 403, "caller-not-allowed"), InlineData("shop.test, evil.test", 421, "host-unknown"), InlineData("shop.test/x", 421, "host-unknown")]
    public async Task Caller_may_ask_about_its_own_hosts_only(string host, int status, string reason)
    {
        var answer = await _world.AskAsync("caddy", "GET /decisions", "X-Forwarded-Method: GET", "X-Forwarded-Proto: http", $"X-Forwarded-Host: {host}", "X-Forwarded-Uri: /open");

        Assert.Equal((status, reason), (StatusOf(answer), ReasonOf(answer)));
    }

    [Fact]
    public async Task Host_is_one_of_the_public_urls_where_there_are_any()
    {
        await using var world = await StartAsync(proxy: ", public_urls: [\"https://shop.test\"]", serve: $"decisions: {{ callers: [ {{ name: caddy, key: {KeyOf("caddy")}, hosts: ['*'], convention: caddy }} ] }}");

        var known = await world.AskAboutAsync("caddy", "GET", "/scheme");
        var unknown = await world.AskAsync("caddy", "GET /decisions", "X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: other.test", "X-Forwarded-Uri: /open");

        // The scheme is the public URL's, whatever the caller says.
        Assert.Equal((200, "https"), (StatusOf(known), HeaderOf(known, "X-Scheme")));
        Assert.Equal((421, "host-unknown"), (StatusOf(unknown), ReasonOf(unknown)));
    }

    [Fact]
    public async Task Address_that_ingress_nginx_states_is_split_and_its_query_kept()
    {
        var answer = await _world.AskAsync("nginx", "GET /decisions", "Host: auth.test", "X-Original-Method: GET", "X-Original-URL: https://shop.test/items/7?step=3");

        Assert.Equal((200, "/items/7?step=3", "https"), (StatusOf(answer), HeaderOf(answer, "X-Target"), HeaderOf(answer, "X-Scheme")));
    }

    [Theory]
    [InlineData("https://shop.test"), InlineData("shop.test/open"), InlineData("https:///open"), InlineData("https://user@shop.test/open"), InlineData("https://evil.test/open"), InlineData("ftp://shop.test/open"), InlineData("https://shop.test?/open"), InlineData("://shop.test/open")]
    public async Task Address_that_ingress_nginx_would_not_state_is_refused(string url)
    {
        var answer = await _world.AskAsync("nginx", "GET /decisions", "Host: shop.test", "X-Original-Method: GET", $"X-Original-URL: {url}");

        Assert.Equal(403, StatusOf(answer));
    }

    private static string Oathkeeper(string url) => $$"""
        - id: open
          match: { url: "{{url}}", methods: [GET] }
          authenticators: [ { handler: anonymous } ]
          authorizer: { handler: allow }
          mutators: [ { handler: noop } ]
        """;
}
