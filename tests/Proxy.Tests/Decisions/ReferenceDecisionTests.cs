using AuthProxy.Proxy.Tests.Pipeline;
using AuthProxy.TestKit;
using static AuthProxy.Proxy.Tests.Decisions.DecisionWorld;

namespace AuthProxy.Proxy.Tests.Decisions;

/// <summary>The lines of the reference's 14-decisions.yaml, asked by a caller that is trusted by its place on loopback.</summary>
public sealed class ReferenceDecisionTests(ReferenceDecisionFixture fixture) : IClassFixture<ReferenceDecisionFixture>
{
    private readonly RunningProxy _proxy = fixture.Proxy;

    [Fact]
    public async Task Path_behind_decisions_and_Host_find_the_rule()
    {
        var answer = await AskAsync("GET /decisions/items/7", "Host: shop.test");

        Assert.Equal((200, "guest"), (StatusOf(answer), HeaderOf(answer, "X-User")));
    }

    [Fact]
    public async Task Forwarded_headers_find_the_rule_and_the_query_that_Oathkeeper_loses_is_kept()
    {
        var answer = await AskAsync("GET /decisions", "Host: oathkeeper:4456", "X-Forwarded-Method: POST", "X-Forwarded-Proto: https", "X-Forwarded-Host: shop.test", "X-Forwarded-Uri: /checkout?step=2",
            $"Authorization: Bearer {TestTokens.Mint(RunningProxy.IssuerKey, DateTimeOffset.UtcNow)}");

        Assert.Equal((200, "2"), (StatusOf(answer), HeaderOf(answer, "X-Step")));
    }

    [Fact]
    public async Task Header_wins_over_the_path() =>
        Assert.Equal(200, StatusOf(await AskAsync("GET /decisions/anything", "Host: oathkeeper:4456", "X-Forwarded-Host: shop.test", "X-Forwarded-Uri: /items/7")));

    [Fact]
    public async Task Encoded_path_is_matched_as_everywhere_else() =>
        Assert.Equal(200, StatusOf(await AskAsync("GET /decisions", "Host: shop.test", "X-Forwarded-Uri: /%69tems/7")));

    [Theory]
    [InlineData("GET /decisions/items/x", 404), InlineData("POST /decisions/checkout", 404), InlineData("DELETE /decisions/items/7", 404)]
    public async Task Refusals_have_the_proxys_status(string line, int status)
    {
        var answer = await AskAsync(line, "Host: shop.test", "Content-Length: 0");

        Assert.Equal(status, StatusOf(answer));
        Assert.Contains("\"error\":{\"code\":404,\"status\":\"Not Found\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_credentials_are_401() =>
        Assert.Equal(401, StatusOf(await AskAsync("POST /decisions/checkout", "Host: shop.test", "X-Forwarded-Proto: https", "Content-Length: 0")));

    [Fact]
    public async Task Proxy_listener_cannot_forward_a_rule_without_an_upstream()
    {
        var answer = await RawRequest.SendAsync(_proxy.Address, "GET /items/7 HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n");

        Assert.Equal(500, StatusOf(answer));
    }

    private Task<string> AskAsync(string line, params string[] headers) =>
        RawRequest.SendAsync(_proxy.ApiAddress, $"{line} HTTP/1.1\r\n{string.Concat(headers.Select(header => header + "\r\n"))}Connection: close\r\n\r\n");
}

/// <summary>One Proxy for all lines of the file.</summary>
public sealed class ReferenceDecisionFixture : IAsyncLifetime
{
    internal RunningProxy Proxy { get; private set; } = null!;

    public async Task InitializeAsync() => Proxy = await RunningProxy.StartAsync(
        await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "Rules.Tests", "OathkeeperRules", "14-decisions.yaml")),
        """
        authenticators:
          anonymous: { enabled: true, config: { subject: guest } }
          jwt: { enabled: true, config: { jwks_urls: ["{keys}"], trusted_issuers: ["https://issuer.example"], allowed_algorithms: [ES256] } }
        mutators: { header: { enabled: true, config: { headers: { X-User: "{{ print .Subject }}" } } } }
        """,
        serve: "decisions: { callers: [ { name: gateway, networks: [127.0.0.0/8], hosts: ['*'] } ] }");

    public async Task DisposeAsync() => await Proxy.DisposeAsync();
}
