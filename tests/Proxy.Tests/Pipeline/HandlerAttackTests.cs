using System.Net;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests.Pipeline;

/// <summary>What rules, services and clients could do to each other through handlers that ask.</summary>
public sealed class HandlerAttackTests : IAsyncLifetime
{
    private StubService _service = null!;
    private StubService _upstream = null!;

    public async Task InitializeAsync() => (_service, _upstream) = (await StubService.StartAsync(), await StubService.StartAsync());

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Two_rules_with_one_id_share_neither_templates_nor_cached_answers()
    {
        await using var proxy = await StartAsync(
            "X-Rule: first", "cache: { enabled: true }", "X-Rule: second", "cache: { enabled: true }");

        using var first = await proxy.SendAsync("GET", "http://one.test/first");
        _service.Answer = context =>
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        };
        using var again = await proxy.SendAsync("GET", "http://one.test/first");
        using var second = await proxy.SendAsync("GET", "http://one.test/second");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Forbidden), (first.StatusCode, again.StatusCode, second.StatusCode));
        Assert.Equal(2, _service.Arrived.Count);
        Assert.All(_upstream.Arrived, told => Assert.Equal("first", told.One("X-Rule")));
    }

    [Fact]
    public async Task Service_that_redirects_is_not_followed_with_the_clients_credentials()
    {
        await using var elsewhere = await StubService.StartAsync();
        _service.Answer = context =>
        {
            context.Response.Redirect(elsewhere.Address + "/steal");
            return Task.CompletedTask;
        };
        await using var proxy = await StartAsync("X-Rule: first", "", "X-Rule: second", "");

        using var response = await proxy.SendAsync("GET", "http://one.test/first", headers: ("Authorization", "Basic YTpi"));

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(elsewhere.Arrived);
        Assert.Empty(_upstream.Arrived);
    }

    [Fact]
    public async Task Service_that_never_answers_costs_the_client_no_more_than_the_rule_says()
    {
        _service.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await using var proxy = await StartAsync("X-Rule: first", "retry: { give_up_after: 50ms }", "X-Rule: second", "");

        using var response = await proxy.SendAsync("GET", "http://one.test/first");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(_upstream.Arrived);
    }

    [Fact]
    public async Task Service_whose_answer_is_too_long_says_no_yes()
    {
        _service.Answer = context => context.Response.WriteAsync(new string('a', (1024 * 1024) + 1));
        await using var proxy = await StartAsync("X-Rule: first", "", "X-Rule: second", "");

        using var response = await proxy.SendAsync("GET", "http://one.test/first");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(_upstream.Arrived);
    }

    [Fact]
    public async Task Answer_of_a_service_names_no_header_that_the_rule_does_not_list()
    {
        _service.Answer = context =>
        {
            context.Response.Headers["X-Grant"] = "yes";
            context.Response.Headers["X-Rule"] = "forged";
            context.Response.Headers["Set-Cookie"] = "a=b";
            return Task.CompletedTask;
        };
        await using var proxy = await StartAsync("X-Rule: first", "forward_response_headers_to_upstream: [X-Grant]", "X-Rule: second", "");

        using var response = await proxy.SendAsync("GET", "http://one.test/first");

        var told = _upstream.Only();
        Assert.Equal(("yes", "first", (string?)null), (told.One("X-Grant"), told.One("X-Rule"), told.One("Set-Cookie")));
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    /// <summary>Two rules that have everything in common but their path, a header, and settings of their authorizer.</summary>
    private Task<RunningProxy> StartAsync(string header, string config, string otherHeader, string otherConfig) => RunningProxy.StartAsync(
        $"""
        {Rule("first", header, config)}
        {Rule("second", otherHeader, otherConfig)}
        """);

    private string Rule(string path, string header, string config) =>
        $$"""
        - id: same
          match: { url: "http://one.test/{{path}}", methods: [GET] }
          authenticators: [ { handler: noop } ]
          authorizer: { handler: remote, config: { remote: "{{_service.Address}}", {{config}} } }
          mutators: [ { handler: header, config: { headers: { {{header}} } } } ]
          upstream: { url: "{{_upstream.Address}}" }
        """;
}
