using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Attacks;

/// <summary>Targets and headers that mean one thing to the rule and another to the upstream: sent as bytes.</summary>
public sealed class TargetAttackTests : IAsyncLifetime
{
    private const string Rules = """
        version: authproxy/v1
        rules:
        - { id: public, match: { path: /public/** }, authenticators: [anonymous], mutators: [noop], upstream: "UPSTREAM" }
        - { id: quiet, match: { path: /quiet }, websocket: deny, authenticators: [anonymous], mutators: [noop], upstream: "UPSTREAM" }
        - { id: secret, match: { path: /admin/** }, authenticators: [unauthorized], upstream: "UPSTREAM" }
        - id: named
          match: { path: /named }
          authenticators: [anonymous]
          mutators: [ { handler: header, config: { headers: { X-Person: "{{ print .Subject }}", Remote-User: "{{ print .Subject }}" } } }, { handler: assertion, config: { audience: app } } ]
          upstream: "UPSTREAM"
        """;

    private StubUpstream _upstream = null!;
    private ProxyProcess _proxy = null!;

    public async Task InitializeAsync()
    {
        _upstream = await StubUpstream.StartAsync();
        _proxy = await ProxyProcess.StartAsync(
            Rules.Replace("UPSTREAM", _upstream.Address.OriginalString, StringComparison.Ordinal),
            "assertion: { audiences: [app] }");
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("/public/../admin/x")]
    [InlineData("/public/%2e%2e/admin/x")]
    [InlineData("/public/.%2E/admin/x")]
    [InlineData("/public/..%2fadmin/x")]
    [InlineData("/public/..%5cadmin/x")]
    [InlineData("/public\\..\\admin/x")]
    [InlineData("/public/%252e%252e/admin/x")]
    [InlineData("//admin/x")]
    [InlineData("/public//x")]
    [InlineData("/public/./x")]
    [InlineData("/public/x%00")]
    [InlineData("/public/x%0a")]
    [InlineData("/public/%zz")]
    [InlineData("/public/%")]
    [InlineData("/public/x#y")]
    [InlineData("/public/%c0%ae%c0%ae/x")]
    [InlineData("/public/%ff")]
    [InlineData("*")]
    [InlineData("http://user@127.0.0.1/public/x")]
    [InlineData("http://other.example/public/x")]
    public async Task Ambiguous_target_never_reaches_the_upstream(string target)
    {
        var answer = await RawHttp.GetAsync(_proxy.Port, Host, target);

        Assert.InRange(RawHttp.StatusOf(answer), 400, 499);
        Assert.Equal(0, _upstream.Requests);
    }

    [Fact]
    public async Task Protected_rule_refuses()
    {
        var answer = await RawHttp.GetAsync(_proxy.Port, Host, "/admin/x");

        Assert.Equal(401, RawHttp.StatusOf(answer));
        Assert.Equal(0, _upstream.Requests);
    }

    [Fact]
    public async Task Path_without_a_rule_is_not_found()
    {
        var answer = await RawHttp.GetAsync(_proxy.Port, Host, "/elsewhere");

        Assert.Equal(404, RawHttp.StatusOf(answer));
        Assert.Contains("rule-missing", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:PORT@evil.example")]
    public async Task Unknown_host_is_refused(string host)
    {
        var answer = await RawHttp.GetAsync(_proxy.Port, host.Replace("PORT", $"{_proxy.Port}", StringComparison.Ordinal), "/public/x");

        Assert.Contains(RawHttp.StatusOf(answer), new[] { 400, 421 });
        Assert.Equal(0, _upstream.Requests);
    }

    [Fact]
    public async Task Second_Host_header_is_refused()
    {
        var answer = await RawHttp.GetAsync(_proxy.Port, Host, "/public/x", "Host: evil.example");

        Assert.Equal(400, RawHttp.StatusOf(answer));
        Assert.Equal(0, _upstream.Requests);
    }

    [Fact]
    public async Task Length_beside_chunks_smuggles_nothing()
    {
        await RawHttp.SendAsync(_proxy.Port,
            $"POST /public/x HTTP/1.1\r\nHost: {Host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\nGET /admin/x HTTP/1.1\r\nHost: {Host}\r\n\r\n");

        Assert.InRange(_upstream.Requests, 0, 1);
    }

    [Theory]
    [InlineData("X-Person")]
    [InlineData("x-person")]
    [InlineData("X_Person")]
    [InlineData("X.Person")]
    [InlineData("X_PERSON")]
    [InlineData("X-Auth-Assertion")]
    [InlineData("X_Auth_Assertion")]
    [InlineData("X-Auth-Subject")]
    [InlineData("X.Auth.Subject")]
    [InlineData("X-Auth-Anything")]
    [InlineData("Remote-User")]
    [InlineData("Remote_User")]
    [InlineData("Remote-Groups")]
    [InlineData("X-Forwarded-User")]
    [InlineData("X_Forwarded_For")]
    [InlineData("X-Forwarded-Host")]
    [InlineData("X-Forwarded-Prefix")]
    [InlineData("Forwarded")]
    public async Task Forged_identity_header_does_not_arrive_in_any_spelling(string name)
    {
        foreach (var path in (string[])["/public/x", "/named"])
        {
            var answer = await RawHttp.GetAsync(_proxy.Port, Host, path, $"{name}: forged-by-client", $"{name}: forged-twice");

            Assert.Equal(200, RawHttp.StatusOf(answer));
            Assert.DoesNotContain("forged", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Connection_header_cannot_remove_what_the_Proxy_vouches_for()
    {
        var answer = await RawHttp.SendAsync(_proxy.Port,
            $"GET /named HTTP/1.0\r\nHost: {Host}\r\nConnection: X-Person, X-Auth-Assertion, X-Forwarded-For, X-Custom\r\nX-Custom: dropped\r\n\r\n");

        Assert.Contains("X-Person: anonymous", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("X-Auth-Assertion: ey", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("X-Forwarded-For: 127.0.0.1", answer, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("X-Custom", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Session_cookie_never_reaches_the_upstream()
    {
        var answer = await RawHttp.GetAsync(_proxy.Port, Host, "/public/x", "Cookie: a=1; __Host-authproxy=secret; b=2; __Host-authproxy-login=secret");

        Assert.Contains("Cookie: a=1; b=2\n", answer, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upgrade_to_HTTP2_is_not_tunnelled_past_the_rules()
    {
        foreach (var path in (string[])["/public/x", "/quiet"])
        {
            var answer = await RawHttp.SendAsync(_proxy.Port,
                $"GET {path} HTTP/1.1\r\nHost: {Host}\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");

            Assert.Equal(200, RawHttp.StatusOf(answer));
            Assert.DoesNotContain("Upgrade", answer, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Nothing_that_a_client_sends_beside_the_host_is_logged()
    {
        await RawHttp.GetAsync(_proxy.Port, Host, "/public/in-the-path?token=in-the-query", "Cookie: c=in-the-cookie", "Authorization: Bearer in-the-authorization");
        await RawHttp.GetAsync(_proxy.Port, Host, "/admin/in-the-path?token=in-the-query", "X-Any: in-the-header");
        await RawHttp.GetAsync(_proxy.Port, Host, "/public/../in-the-path");

        Assert.DoesNotContain("in-the-", _proxy.Process.Output, StringComparison.Ordinal);
    }

    private string Host => $"127.0.0.1:{_proxy.Port}";
}
