namespace AuthProxy.Proxy.Tests.Attacks;

/// <summary>Attacks on Oathkeeper that were published, or found while reading it, against rules in Oathkeeper's own form.</summary>
public sealed class OathkeeperAdvisoryTests : IAsyncLifetime
{
    private AttackedProxy _proxy = null!;

    public async Task InitializeAsync() => _proxy = await AttackedProxy.StartAsync(
        """
        - id: public
          match: { url: "http://127.0.0.1/public<(/.*)?>", methods: [GET] }
          authenticators: [ { handler: noop } ]
          authorizer: { handler: allow }
          mutators: [ { handler: noop } ]
          upstream: { url: "{application}" }
        - id: admin
          match: { url: "http://127.0.0.1/admin<(/.*)?>", methods: [GET] }
          authenticators: [ {jwt} ]
          authorizer: { handler: allow }
          mutators: [ { handler: header, config: { headers: { X-User: "{{ print .Subject }}" } } } ]
          upstream: { url: "{application}" }
          errors:
            - handler: redirect
              config: { to: "https://login.example/", return_to_query_param: return_to, when: [ { error: [unauthorized], request: { header: { accept: [text/html] } } } ] }
        - id: secure
          match: { url: "https://127.0.0.1/scheme", methods: [GET] }
          authenticators: [ { handler: noop } ]
          authorizer: { handler: allow }
          mutators: [ { handler: noop } ]
          upstream: { url: "{application}" }
        - id: same
          match: { url: "http://127.0.0.1/one", methods: [GET] }
          authenticators: [ { handler: noop } ]
          authorizer: { handler: allow }
          mutators: [ { handler: header, config: { headers: { X-Which: "one" } } } ]
          upstream: { url: "{application}" }
        - id: same
          match: { url: "http://127.0.0.1/two", methods: [GET] }
          authenticators: [ { handler: noop } ]
          authorizer: { handler: allow }
          mutators: [ { handler: header, config: { headers: { X-Which: "two" } } } ]
          upstream: { url: "{application}" }
        """);

    public async Task DisposeAsync() => await _proxy.DisposeAsync();

    // GHSA-p224-6x5r-fjpm
    [Theory]
    [InlineData("/public/../admin/secrets", 401)]
    [InlineData("/public/./../admin/secrets", 401)]
    [InlineData("/public//../admin/secrets", 401)]
    [InlineData("//admin/secrets", 401)]
    [InlineData("/public/%2e%2e/admin/secrets", 401)]
    [InlineData("/public/..%2fadmin/secrets", 400)]
    [InlineData("/public/..%2Fadmin/secrets", 400)]
    [InlineData("/public/%252e%252e/admin/secrets", 400)]
    [InlineData("/public/..\\admin/secrets", 400)]
    [InlineData("/public/..%5cadmin/secrets", 400)]
    public async Task GHSA_p224_6x5r_fjpm_traversal_ends_at_the_protected_rule_or_nowhere(string target, int status)
    {
        Assert.Equal(status, await _proxy.SendAsync($"GET {target}"));
        Assert.Empty(_proxy.Application.Arrived);
    }

    [Theory]
    [InlineData("/admin/../public/x", "/public/x"), InlineData("/public//x/", "/public/x"), InlineData("/public/./x", "/public/x"), InlineData("/public/%78", "/public/%78")]
    public async Task GHSA_p224_6x5r_fjpm_the_path_that_was_matched_is_the_path_that_is_forwarded(string target, string forwarded)
    {
        Assert.Equal(200, await _proxy.SendAsync($"GET {target}"));
        Assert.Equal(forwarded, _proxy.Arrived().Target);
    }

    [Fact]
    public async Task GHSA_vhr5_ggp3_qq85_client_does_not_choose_the_https_rule_by_X_Forwarded_Proto()
    {
        Assert.Equal(404, await _proxy.SendAsync("GET /scheme", "X-Forwarded-Proto: https"));
        Assert.Equal(200, await _proxy.SendAsync("GET /public/x", "X-Forwarded-Proto: https"));
        Assert.Equal("http", _proxy.Arrived().Headers["X-Forwarded-Proto"]);
    }

    // Commit 36a676e4 of 26.2.0.
    [Theory]
    [InlineData("X-Forwarded-Uri"), InlineData("x-forwarded-method"), InlineData("X_Forwarded_Port"), InlineData("X-Forwarded-Prefix"), InlineData("Forwarded"), InlineData("FORWARDED")]
    public async Task Forwarding_headers_of_the_client_do_not_reach_the_upstream(string name)
    {
        Assert.Equal(200, await _proxy.SendAsync("GET /public/x", $"{name}: mallory"));
        Assert.DoesNotContain("mallory", _proxy.Arrived().Headers.Values);
    }

    // Commit c5cc7f73 of 0.40.3.
    [Fact]
    public async Task Connection_header_does_not_remove_the_header_that_a_mutator_set()
    {
        Assert.Equal(200, await _proxy.SendAsync("GET /admin", $"Authorization: Bearer {AttackedProxy.Token()}", "Connection: X-User", "X-User: root"));
        Assert.Equal("alice", _proxy.Arrived().Headers["X-User"]);
    }

    [Fact]
    public async Task Client_does_not_choose_the_host_to_return_to_after_a_redirect()
    {
        var answer = await _proxy.AnswerAsync("GET /admin/x?a=1&b=2", "Accept: text/html", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "X-Forwarded-Uri: /evil");

        Assert.Contains("\r\nLocation: https://login.example/?return_to=http%3A%2F%2F127.0.0.1%2Fadmin%2Fx%3Fa%3D1%26b%3D2\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/admin%0A"), InlineData("/admin%0a"), InlineData("/admin%0D%0A"), InlineData("/public%00")]
    public async Task Control_character_at_the_end_of_a_path_matches_nothing(string target)
    {
        Assert.Equal(400, await _proxy.SendAsync($"GET {target}", $"Authorization: Bearer {AttackedProxy.Token()}"));
        Assert.Empty(_proxy.Application.Arrived);
    }

    [Fact]
    public async Task Two_rules_of_one_id_have_each_a_template_of_its_own()
    {
        Assert.Equal(200, await _proxy.SendAsync("GET /one"));
        Assert.Equal(200, await _proxy.SendAsync("GET /two"));
        Assert.Equal(["one", "two"], _proxy.Application.Arrived.Select(arrived => arrived.Headers["X-Which"]));
    }

    [Theory]
    [InlineData("/public%2F..%2Fadmin"), InlineData("/public/a%2fb"), InlineData("/public/a%2Fb")]
    public async Task Encoded_slash_has_no_second_reading(string target)
    {
        Assert.Equal(400, await _proxy.SendAsync($"GET {target}"));
        Assert.Empty(_proxy.Application.Arrived);
    }
}
