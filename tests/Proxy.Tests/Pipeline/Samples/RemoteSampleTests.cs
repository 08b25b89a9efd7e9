using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace AuthProxy.Proxy.Tests.Pipeline.Samples;

/// <summary>What 07-remote-authorizers.yaml says must come out of it.</summary>
public sealed class RemoteSampleTests : IAsyncLifetime
{
    private const string Document = "http://files.test/teams/red/docs/a%20b.txt";
    private const string Team = "http://files.test/teams/red";

    private StubService _authz = null!;
    private StubService _upstream = null!;
    private RunningProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        (_authz, _upstream) = (await StubService.StartAsync(), await StubService.StartAsync());
        _proxy = await OathkeeperSample.StartAsync("07-remote-authorizers.yaml", [("http://authz.test", _authz.Address), ("http://files-backend.test", _upstream.Address)]);
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _authz.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Service_is_asked_with_the_clients_body_its_type_and_credentials_and_the_rules_headers()
    {
        var token = OathkeeperSample.Token();
        using var response = await PutAsync(token, "the whole body");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var asked = _authz.Only();
        Assert.Equal(("POST", "/check", "the whole body"), (asked.Method, asked.Target, asked.Body));
        Assert.Equal(("text/plain; charset=utf-8", "Bearer " + token), (asked.One("Content-Type"), asked.One("Authorization")));
        Assert.Equal(("u1", "red", "a b.txt"), (asked.One("X-Subject"), asked.One("X-Team"), asked.One("X-Path")));
        Assert.Null(asked.One("X-Optional"));
    }

    [Fact]
    public async Task Service_is_told_the_method_of_the_request()
    {
        using var response = await PutAsync(OathkeeperSample.Token(), "x");

        Assert.Equal("PUT", _authz.Only().One("X-Method"));
    }

    [Fact]
    public async Task Upstream_still_gets_the_complete_body()
    {
        var body = string.Concat(Enumerable.Repeat("0123456789", 10_000));
        using var response = await PutAsync(OathkeeperSample.Token(), body);

        Assert.Equal((body, body), (_authz.Only().Body, _upstream.Only().Body));
    }

    [Fact]
    public async Task Of_the_answers_headers_only_the_listed_ones_go_on_and_a_missing_one_empty()
    {
        _authz.Answer = context =>
        {
            context.Response.Headers["X-Grant"] = "write";
            context.Response.Headers["X-Other"] = "no";
            return Task.CompletedTask;
        };
        using var response = await PutAsync(OathkeeperSample.Token(), "x", ("X-Grant", "forged"), ("X-Quota", "forged"), ("X_Quota", "forged"));

        var told = _upstream.Only();
        Assert.Equal(("write", "", (string?)null), (told.One("X-Grant"), told.One("X-Quota"), told.One("X-Other")));
        Assert.DoesNotContain(told.Lines, header => header.Value == "forged");
    }

    [Fact]
    public async Task Clients_copy_of_a_forwarded_header_is_removed_on_other_rules_too()
    {
        using var response = await _proxy.SendAsync("GET", Team, OathkeeperSample.Token(), headers: [("X-Grant", "forged"), ("x_quota", "forged")]);

        Assert.DoesNotContain(_upstream.Only().Lines, header => header.Value == "forged");
    }

    [Theory]
    [InlineData(403, 403), InlineData(429, 429), InlineData(204, 500), InlineData(404, 500), InlineData(401, 500), InlineData(302, 500), InlineData(500, 500)]
    public async Task Every_other_status_refuses(int status, int expected)
    {
        _authz.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "9";
            context.Response.Headers["X-Ratelimit-Remaining"] = "0";
            return Task.CompletedTask;
        };
        using var response = await PutAsync(OathkeeperSample.Token(), "x");

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Empty(_upstream.Arrived);
        Assert.Equal(status == 429, response.Headers.TryGetValues("X-Ratelimit-Remaining", out _));
        Assert.Equal(status == 429, response.Headers.RetryAfter?.ToString() == "9");
    }

    [Fact]
    public async Task Service_that_cannot_be_reached_refuses()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var address = $"http://{nobody.LocalEndpoint}";
        nobody.Stop();
        await using var proxy = await OathkeeperSample.StartAsync("07-remote-authorizers.yaml", [("http://authz.test", address), ("http://files-backend.test", _upstream.Address)]);

        using var response = await proxy.SendAsync("GET", Team, OathkeeperSample.Token());

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(_upstream.Arrived);
    }

    [Fact]
    public async Task Body_past_the_limit_is_413_and_neither_service_nor_upstream_is_asked()
    {
        using var response = await PutAsync(OathkeeperSample.Token(), new string('a', 1024 * 1024 + 1));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Empty(_authz.Arrived);
        Assert.Empty(_upstream.Arrived);
    }

    [Theory]
    [InlineData(Team), InlineData("http://files.test/teams/red/")]
    public async Task Json_of_the_rule_is_sent_exactly_as_it_was_filled_in(string url)
    {
        var token = OathkeeperSample.Token(extra: """{ "roles": ["a", "b"] }""");
        using var response = await _proxy.SendAsync("GET", url + "?view=all", token, headers: ("User-Agent", "agent/1"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var asked = _authz.Only();
        Assert.Equal(("POST", "/check-json", "application/json"), (asked.Method, asked.Target, asked.One("Content-Type")));
        Assert.Equal(("proxy", "Bearer " + token), (asked.One("X-Asked-By"), asked.One("Authorization")));
        Assert.Equal(
            """{"subject":"u1","roles":["a","b"],"resource":"teams:red","query":"all","agent":"agent/1"}""",
            JsonSerializer.Serialize(JsonDocument.Parse(asked.Body).RootElement));
    }

    [Fact]
    public async Task Quotation_mark_in_a_subject_changes_neither_form_nor_meaning_of_the_json()
    {
        using var response = await _proxy.SendAsync("GET", Team, OathkeeperSample.Token("x\", \"resource\": \"teams:all"), headers: ("User-Agent", "a\"b"));

        var asked = JsonDocument.Parse(_authz.Only().Body).RootElement;
        Assert.Equal(("x\", \"resource\": \"teams:all", "teams:red", "a\"b"), (asked.GetProperty("subject").GetString(), asked.GetProperty("resource").GetString(), asked.GetProperty("agent").GetString()));
    }

    private Task<HttpResponseMessage> PutAsync(string token, string body, params (string, string)[] headers) =>
        _proxy.SendAsync("PUT", Document, token, new StringContent(body, Encoding.UTF8, "text/plain"), headers);
}
