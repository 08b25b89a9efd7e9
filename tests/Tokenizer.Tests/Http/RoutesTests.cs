using System.Text;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Http;

public class RoutesTests : VaultTests
{
    [Theory]
    [InlineData("/"), InlineData("/tokenize/"), InlineData("/Tokenize"), InlineData("/frame/"), InlineData("/metadata/set")]
    [InlineData("/metadata"), InlineData("/v1/values"), InlineData("/metrics"), InlineData("/health/ready"), InlineData("/v1/values/a/b")]
    public async Task An_address_that_is_spelled_otherwise_does_not_exist(string path) => (await Host.PostAsync(Alice, path, "{}")).IsRefused(404, "route-unknown");

    [Theory]
    [InlineData("GET", "/tokenize", "POST"), InlineData("PUT", "/detokenize", "POST"), InlineData("POST", "/session/verify", "GET")]
    [InlineData("DELETE", "/v1/values/x", "PUT,GET"), InlineData("HEAD", "/v1/values/x", "PUT,GET"), InlineData("POST", "/frame", "GET")]
    public async Task A_method_that_is_not_answered_is_told_which_are(string method, string path, string allowed)
    {
        var answer = await Host.Users.SendAsync(new HttpMethod(method), path, null, ("Host", VaultHost.VaultHostName));

        Assert.Equal(405, (int)answer.Status);
        Assert.Equal(allowed, answer.Header("Allow"));
    }

    [Fact]
    public async Task Health_is_answered_as_lunadefend_does_on_both_listeners()
    {
        foreach (var client in new[] { Host.Users, Host.Services })
        {
            Assert.True((await client.SendAsync(HttpMethod.Get, "/health", null)).IsGood().Json.GetProperty("success").GetBoolean());
        }
    }

    [Theory]
    [InlineData("/health/startup"), InlineData("/health/live"), InlineData("/health/ready"), InlineData("/metrics")]
    public async Task Probes_and_metrics_are_on_the_services_listener(string path) => (await Host.Services.SendAsync(HttpMethod.Get, path, null)).IsGood();

    [Fact]
    public async Task A_database_that_does_not_answer_is_told_as_such_and_unready()
    {
        var token = await Host.KeepAsync(Alice);
        using (var database = new Database(Host))
        {
            database.Execute("DROP TABLE tokens; DROP TABLE sessions; DROP TABLE schema_version");
        }

        var answer = await Host.DetokenizeAsync(Alice, token);

        answer.IsRefused(503, "store-unavailable");
        Assert.Equal("1", answer.Header("Retry-After"));
        Assert.DoesNotContain("no such table", answer.Text, StringComparison.Ordinal);
        (await Host.PostAsync(Alice, "/tokenize", "{}")).IsRefused(503, "store-unavailable");
        (await Host.GrantAsync(Bob, token)).IsRefused(503, "store-unavailable");
        await UnreadyAfterAProbeAsync();
        Assert.Equal(200, (int)(await Host.Services.SendAsync(HttpMethod.Get, "/health/live", null)).Status);
    }

    [Theory]
    [InlineData("GET http://vault.app.localhost:4455/session/ensure HTTP/1.1")]
    [InlineData("GET /session/ensure#x HTTP/1.1")]
    [InlineData("GET //session/ensure HTTP/1.1")]
    [InlineData("GET /session/ensur%65 HTTP/1.1")]
    [InlineData("GET /session/%00 HTTP/1.1")]
    [InlineData("GET /session/../tokenize HTTP/1.1")]
    [InlineData("GET /v1/values/..%2f..%2ftokenize HTTP/1.1")]
    [InlineData("OPTIONS * HTTP/1.1")]
    [InlineData("GET /%ff%fe HTTP/1.1")]
    public async Task A_strange_target_is_refused_and_never_a_fault(string line)
    {
        var answer = await RawHttp.SendAsync(Host.Users, $"""
            {line}
            Host: {VaultHost.VaultHostName}
            Connection: close


            """);

        Assert.InRange((int)answer.Status, 400, 499);
    }

    [Fact]
    public async Task Too_many_requests_at_once_are_told_to_come_back()
    {
        await using var host = await VaultHost.StartAsync(serve: "limits: { requests: 1 }");
        var (_, upload) = await host.TokenizeAsync(Alice);
        using var slow = await RawHttp.ConnectAsync(host.Users);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"""
            PUT {upload} HTTP/1.1
            Host: {VaultHost.VaultHostName}
            X-Auth-Assertion: {Mint.Assertion(host, Alice)}
            Content-Type: text/plain
            Content-Length: 10
            Expect: 100-continue


            """.ReplaceLineEndings("\r\n")));

        // "100 Continue" says that the upload has begun to be read.
        Assert.True(await slow.GetStream().ReadAsync(new byte[100]) > 0);
        (await host.PostAsync(Alice, "/tokenize", "{}")).IsRefused(503, "overloaded");
    }

    private async Task UnreadyAfterAProbeAsync()
    {
        Host.Clock.Advance(TimeSpan.FromSeconds(1));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await Host.Services.SendAsync(HttpMethod.Get, "/health/ready", null)).Status != System.Net.HttpStatusCode.ServiceUnavailable)
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
