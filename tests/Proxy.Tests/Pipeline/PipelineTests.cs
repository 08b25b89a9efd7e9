using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AuthProxy.Jose;

namespace AuthProxy.Proxy.Tests.Pipeline;

public sealed class PipelineTests : IAsyncLifetime
{
    private StubService _application = null!;
    private RunningProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        _application = await StubService.StartAsync();
        _proxy = await RunningProxy.StartAsync(
            $$$"""
            version: authproxy/v1
            defaults:
              upstream: {{{_application.Address}}}
              authenticators:
                - handler: jwt
                  config: { jwks_urls: ["{keys}"], allowed_algorithms: [ES256], trusted_issuers: ["https://issuer.example"], target_audience: [orders] }
              mutators:
                - handler: header
                  config: { headers: { X-User: "{{ print .Subject }}", X-Mail: "{{ print .Extra.email }}" } }
                - { handler: assertion, config: { claims: [email] } }
            rules:
              - { id: all, match: { path: "/**" } }
              - { id: open, match: { path: /open }, authenticators: [anonymous], mutators: [noop] }
              - { id: closed, match: { path: /closed }, authorizers: [deny] }
              - { id: admins, match: { path: /admin/** }, require: { groups: { any: [admins] } } }
              - { id: clerks, match: { path: /desk/** }, require: { groups: { any: [clerks] } } }
              - { id: broken, match: { path: /broken }, mutators: [ { handler: header, config: { headers: { X-Deep: "{{ .Extra.a.b.c }}" } } } ] }
            """,
            "assertion: { audiences: [orders] }");
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task Known_subject_reaches_the_application_with_headers_and_an_assertion_that_verifies()
    {
        using var response = await SendAsync("/things?id=1", Token(more: writer => writer.WriteString("email", "alice@example.test")));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(_application.Arrived.TryDequeue(out var arrived));
        Assert.Equal("/things?id=1", arrived.Target);
        Assert.Equal("alice", arrived.Headers["X-User"]);
        Assert.Equal("alice@example.test", arrived.Headers["X-Mail"]);
        Assert.Equal("alice", arrived.Headers["X-Auth-Subject"]);
        var claims = await VerifyAsync(arrived.Headers["X-Auth-Assertion"]);
        Assert.Equal("alice", claims.GetProperty("sub").GetString());
        Assert.Equal(TestTokens.Issuer, claims.GetProperty("sub_iss").GetString());
        Assert.Equal("alice@example.test", claims.GetProperty("email").GetString());
        Assert.Equal(arrived.Headers["X-Auth-Session"], claims.GetProperty("sid").GetString());
    }

    [Fact]
    public async Task Consumed_bearer_token_is_not_forwarded()
    {
        using var response = await SendAsync("/things", Token());

        Assert.True(_application.Arrived.TryDequeue(out var arrived));
        Assert.False(arrived.Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData("X-User"), InlineData("x_user"), InlineData("X.User"), InlineData("X-Auth-Assertion"), InlineData("x_auth_subject")]
    public async Task Forged_identity_header_does_not_arrive_even_where_no_mutator_sets_it(string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/open");
        request.Headers.TryAddWithoutValidation(name, "mallory");
        using var response = await _proxy.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(_application.Arrived.TryDequeue(out var arrived));
        Assert.DoesNotContain("mallory", arrived.Headers.Values);
    }

    [Theory]
    [InlineData("/things", null, 401, "credentials-missing")]
    [InlineData("/things", "not.a.token", 401, "credentials-invalid")]
    [InlineData("/closed", null, 401, "credentials-missing")]
    [InlineData("/closed", "good", 403, "access-denied")]
    [InlineData("/admin/x", "good", 403, "requirement-not-met")]
    [InlineData("/broken", "good", 500, "identity-unavailable")]
    [InlineData("/a/../b", "good", 400, "target-malformed")]
    [InlineData("/.authproxy/nothing", "good", 404, "endpoint-unknown")]
    [InlineData("/%2eauthproxy/nothing", "good", 404, "endpoint-unknown")]
    [InlineData("/.authproxy/../closed", "good", 400, "target-malformed")]
    public async Task Refused_request_never_reaches_the_application(string path, string? token, int status, string reason)
    {
        using var response = await SendRawAsync(path, token == "good" ? Token() : token);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal($"urn:authproxy:refusal:{reason}", (await ProblemAsync(response)).GetProperty("type").GetString());
        Assert.Equal(reason, response.Headers.GetValues("X-AuthProxy-Refusal").Single());
        Assert.Empty(_application.Arrived);
    }

    [Theory]
    [InlineData("/admin/x", true, "admins"), InlineData("/desk/x", false, "admins")]
    [InlineData("/admin/x", false, "clerks"), InlineData("/desk/x", true, "clerks")]
    [InlineData("/admin/x", true, "admins", "clerks"), InlineData("/desk/x", true, "admins", "clerks")]
    public async Task Each_path_asks_for_groups_of_its_own(string path, bool passes, params string[] groups)
    {
        using var response = await SendAsync(path, Token(more: writer =>
        {
            writer.WritePropertyName("groups");
            JsonSerializer.Serialize(writer, groups);
        }));

        Assert.Equal(passes ? HttpStatusCode.OK : HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(passes ? 1 : 0, _application.Arrived.Count);
    }

    [Fact]
    public async Task Two_authorization_headers_are_refused_as_ambiguous()
    {
        var answer = await RawRequest.SendAsync(_proxy.Address, $"GET /things HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {Token()}\r\nAuthorization: Bearer x.y.z\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("credentials-ambiguous", answer, StringComparison.Ordinal);
        Assert.Empty(_application.Arrived);
    }

    [Fact]
    public async Task Grpc_call_is_refused_in_trailers_only()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/things") { Content = new ByteArrayContent([]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var response = await _proxy.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("16", response.Headers.GetValues("grpc-status").Single());
        Assert.Equal("credentials-missing", response.Headers.GetValues("grpc-message").Single());
    }

    [Fact]
    public async Task Api_listener_serves_keys_probes_and_metrics_and_the_proxy_listener_none_of_them()
    {
        using var client = new HttpClient();
        foreach (var path in new[] { "/.well-known/jwks.json", "/health/live", "/metrics" })
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(_proxy.ApiAddress + path))).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri(_proxy.Address + path))).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri(_proxy.ApiAddress + "/things"))).StatusCode);
        Assert.Empty(_application.Arrived);
    }

    [Fact]
    public async Task Metrics_count_answers_by_rule_and_refusals_by_reason_and_hold_nothing_of_the_request()
    {
        using var refused = await SendAsync("/closed?secret=hunter2", Token());
        using var client = new HttpClient();

        var metrics = await client.GetStringAsync(new Uri(_proxy.ApiAddress + "/metrics"));

        Assert.Contains("authproxy_requests_total{rule=\"closed\",status=\"4xx\"}", metrics, StringComparison.Ordinal);
        Assert.Contains("authproxy_refusals_total{reason=\"access-denied\"}", metrics, StringComparison.Ordinal);
        Assert.Contains("authproxy_rules_reload_last_success", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_say_how_long_upstreams_take_and_how_many_requests_are_under_way()
    {
        using var passed = await SendAsync("/things", Token());
        using var client = new HttpClient();
        var metrics = "";

        // An answer reaches its reader a moment before it is counted.
        for (var i = 0; i < 100 && !metrics.Contains("authproxy_requests_under_way 0\n", StringComparison.Ordinal); i++)
        {
            metrics = await client.GetStringAsync(new Uri(_proxy.ApiAddress + "/metrics"));
        }

        Assert.Contains("authproxy_requests_under_way 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("authproxy_upstream_duration_seconds_count{rule=\"all\"} 1\n", metrics, StringComparison.Ordinal);
    }

    private static string Token(Action<Utf8JsonWriter>? more = null) => TestTokens.Mint(RunningProxy.IssuerKey, TimeProvider.System.GetUtcNow(), more: more);

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement;

    private async Task<JsonElement> VerifyAsync(string assertion)
    {
        using var client = new HttpClient();
        var set = (JsonWebKeySetOutcome.Parsed)JsonWebKeySet.Parse(await client.GetByteArrayAsync(new Uri(_proxy.ApiAddress + "/.well-known/jwks.json")));
        var policy = new JwtPolicy { Algorithms = ["ES256"], Issuers = ["http://127.0.0.1:4456"], Audiences = ["orders"], Type = JwtTypes.Assertion, MaximumLifetime = TimeSpan.FromSeconds(60) };
        var outcome = await new JwtVerifier(TimeProvider.System).VerifyAsync(assertion, policy, new FixedKeySource(set.Set), CancellationToken.None);
        return Assert.IsType<JwtOutcome.Verified>(outcome).Jwt.Claims;
    }

    private Task<HttpResponseMessage> SendAsync(string path, string? token) => SendRawAsync(path, token);

    private async Task<HttpResponseMessage> SendRawAsync(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_proxy.Address + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        }

        return await _proxy.Client.SendAsync(request);
    }
}
