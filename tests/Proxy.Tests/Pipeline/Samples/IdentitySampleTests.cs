using System.Net;
using System.Text.Json;
using AuthProxy.Jose;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests.Pipeline.Samples;

/// <summary>What 10-identity-token.yaml says must come out of it, for a subject that comes with a token instead of a session.</summary>
public sealed class IdentitySampleTests : IAsyncLifetime
{
    private const string Dashboard = "http://app.test/dashboard";

    private readonly string _keys = Path.GetTempFileName();
    private readonly SigningKey _key = SigningKey.Generate(JwtAlgorithms.RS256);
    private StubService _profiles = null!;
    private StubService _upstream = null!;
    private RunningProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        (_profiles, _upstream) = (await StubService.StartAsync(), await StubService.StartAsync());
        Say("""{ "subject": "u1", "extra": { "plan": "gold", "tenants": ["a", "b"] } }""");
        await using (var file = File.Create(_keys))
        await using (var writer = new Utf8JsonWriter(file))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            _key.WritePrivateJwk(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        _proxy = await OathkeeperSample.StartAsync(
            "10-identity-token.yaml",
            [("http://profiles.test", _profiles.Address), ("http://backend.test:8080", _upstream.Address), ("handler: cookie_session", "handler: jwt")],
            $"id_token: {{ config: {{ issuer_url: http://proxy.test/, jwks_url: 'file://{_keys}', ttl: 5m }} }}");
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _profiles.DisposeAsync();
        await _upstream.DisposeAsync();
        File.Delete(_keys);
    }

    [Fact]
    public async Task Service_is_sent_the_session_with_the_clients_query_and_our_credentials()
    {
        using var response = await _proxy.SendAsync("GET", Dashboard + "?tab=1", OathkeeperSample.Token(extra: """{ "email": "a@b" }"""), headers: [("Cookie", "theme=dark"), ("X-Api-Key", "key")]);

        var asked = _profiles.Only();
        Assert.Equal(("POST", "/hydrate?tab=1", "application/json"), (asked.Method, asked.Target, asked.One("Content-Type")));
        Assert.Equal("Basic aHlkcmF0ZTpub3QtYS1zZWNyZXQ=", asked.One("Authorization"));
        var session = JsonDocument.Parse(asked.Body).RootElement;
        var context = session.GetProperty("match_context");
        Assert.Equal(("u1", "a@b"), (session.GetProperty("subject").GetString(), session.GetProperty("extra").GetProperty("email").GetString()));
        Assert.Equal(("GET", "/dashboard", "app.test", "tab=1"), (
            context.GetProperty("method").GetString(), context.GetProperty("url").GetProperty("Path").GetString(),
            context.GetProperty("url").GetProperty("Host").GetString(), context.GetProperty("url").GetProperty("RawQuery").GetString()));
        Assert.Equal(0, context.GetProperty("regexp_capture_groups").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, session.GetProperty("header").ValueKind);
    }

    [Fact]
    public async Task Hydrator_leaks_no_header_of_the_clients()
    {
        using var response = await _proxy.SendAsync("GET", Dashboard, OathkeeperSample.Token(), headers: [("Cookie", "session=secret-a"), ("X-Api-Key", "secret-b"), ("Accept-Encoding", "gzip")]);

        var asked = _profiles.Only();
        Assert.Equal(["Authorization", "Content-Length", "Content-Type", "Host"], asked.Lines.Select(header => header.Key).Where(name => name != "traceparent").Order(StringComparer.Ordinal));
        Assert.DoesNotContain("secret", asked.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Bearer", asked.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, """{ "subject": "u2" }"""), InlineData(200, "{ broken"), InlineData(401, """{ "subject": "u1" }"""), InlineData(404, ""), InlineData(204, "")]
    public async Task Any_other_answer_is_a_500(int status, string answer)
    {
        Say(answer, status);

        using var response = await _proxy.SendAsync("GET", Dashboard, OathkeeperSample.Token());

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(_upstream.Arrived);
        Assert.Single(_profiles.Arrived);
    }

    [Fact]
    public async Task Failing_service_is_tried_again_four_times_at_most()
    {
        Say("", 503);

        using var response = await _proxy.SendAsync("GET", Dashboard, OathkeeperSample.Token());

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.InRange(_profiles.Arrived.Count, 2, 5);
    }

    [Fact]
    public async Task Same_session_is_not_asked_for_again()
    {
        var token = OathkeeperSample.Token();
        using var first = await _proxy.SendAsync("GET", Dashboard, token);
        using var second = await _proxy.SendAsync("GET", Dashboard, token);

        Assert.Single(_profiles.Arrived);
        Assert.Equal(2, _upstream.Arrived.Count);
    }

    [Fact]
    public async Task Token_of_the_template_replaces_the_clients_authorization_and_verifies_with_the_published_keys()
    {
        using var response = await _proxy.SendAsync("GET", Dashboard, OathkeeperSample.Token());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var claims = await VerifyAsync(_upstream.Only().One("Authorization")!);
        Assert.Equal(("http://proxy.test/", "u1", "gold"), (claims.GetProperty("iss").GetString(), claims.GetProperty("sub").GetString(), claims.GetProperty("plan").GetString()));
        Assert.Equal("""["dashboard"]""", claims.GetProperty("aud").GetRawText());
        Assert.Equal("""["a","b"]""", JsonSerializer.Serialize(claims.GetProperty("tenants")));
        Assert.Equal(300, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.True(claims.TryGetProperty("nbf", out _) && claims.TryGetProperty("jti", out _));
    }

    [Fact]
    public async Task Same_claims_for_the_same_subject_get_the_same_token_again()
    {
        using var first = await _proxy.SendAsync("GET", Dashboard, OathkeeperSample.Token());
        using var second = await _proxy.SendAsync("GET", Dashboard, OathkeeperSample.Token());

        Assert.Single(_upstream.Arrived.Select(told => told.One("Authorization")).Distinct());
    }

    [Fact]
    public async Task Api_listener_publishes_both_kinds_of_keys_and_nothing_private()
    {
        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri(_proxy.ApiAddress + "/.well-known/jwks.json"));

        var keys = JsonDocument.Parse(text).RootElement.GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal(["ES256", "RS256"], keys.Select(key => key.GetProperty("alg").GetString()).Order(StringComparer.Ordinal));
        Assert.All(keys, key => Assert.False(key.TryGetProperty("d", out _)));
    }

    private void Say(string answer, int status = 200) => _profiles.Answer = context =>
    {
        context.Response.StatusCode = status;
        return status == 204 ? Task.CompletedTask : context.Response.WriteAsync(answer);
    };

    private async Task<JsonElement> VerifyAsync(string authorization)
    {
        Assert.StartsWith("Bearer ", authorization, StringComparison.Ordinal);
        using var client = new HttpClient();
        var set = (JsonWebKeySetOutcome.Parsed)JsonWebKeySet.Parse(await client.GetByteArrayAsync(new Uri(_proxy.ApiAddress + "/.well-known/jwks.json")));
        var policy = new JwtPolicy { Algorithms = ["RS256"], Issuers = ["http://proxy.test/"], Audiences = ["dashboard"], Type = "JWT" };
        var outcome = await new JwtVerifier(TimeProvider.System).VerifyAsync(authorization["Bearer ".Length..], policy, new FixedKeySource(set.Set), CancellationToken.None);
        return Assert.IsType<JwtOutcome.Verified>(outcome).Jwt.Claims;
    }
}
