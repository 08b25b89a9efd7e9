namespace AuthProxy.Proxy.Tests.Attacks;

/// <summary>Attacks that were published against oauth2-proxy, Traefik, Heimdall, Pomerium, Fabio and others, tried on rules of our own form.</summary>
public sealed class PeerAdvisoryTests : IAsyncLifetime
{
    private AttackedProxy _proxy = null!;

    public async Task InitializeAsync() => _proxy = await AttackedProxy.StartAsync(
        """
        version: authproxy/v1
        defaults: { upstream: "{application}", authenticators: [ {jwt} ], mutators: [ { handler: header, config: { headers: { X-User: "{{ print .Subject }}" } } } ] }
        rules:
          - { id: public, match: { path: "/public/**" }, authenticators: [anonymous], mutators: [noop] }
          - { id: health, match: { path: /healthz }, authenticators: [anonymous], mutators: [noop] }
          - { id: admin, match: { path: "/admin/**" } }
          - { id: mail, match: { path: /mail }, require: { email: { any: [alice@example.com] } } }
          - { id: stripped, match: { path: "/strip/**" }, authenticators: [anonymous], mutators: [noop], upstream: { url: "{application}", strip_path: /strip } }
          - { id: captured, match: { path: "/tenants/{tenant}/files" }, authenticators: [anonymous], mutators: [noop] }
          - { id: any-host, match: { path: "/hosts/**" }, authenticators: [anonymous], mutators: [noop] }
          - { id: admin-host, match: { host: admin.example.com, path: "/hosts/**" } }
        """);

    public async Task DisposeAsync() => await _proxy.DisposeAsync();

    [Theory]
    [InlineData("X-Forwarded-Uri: /public/x"), InlineData("X-Original-URI: /public/x"), InlineData("X-Original-URL: /public/x"), InlineData("X-Rewrite-URL: /public/x")]
    public Task CVE_2026_40575_header_with_another_address_does_not_choose_the_rule(string header) => RefusesAsync(401, "GET /admin/x", header);

    [Theory]
    [InlineData("/admin/x?x=/public/"), InlineData("/admin/x?/public/y"), InlineData("/admin/x?a=b&path=/healthz")]
    public Task CVE_2025_54576_query_does_not_take_part_in_matching(string target) => RefusesAsync(401, $"GET {target}");

    [Theory]
    [InlineData("X_User"), InlineData("X_Forwarded_User"), InlineData("x.user"), InlineData("X_FORWARDED_EMAIL")]
    public async Task CVE_2025_64484_underscore_smuggles_no_identity(string name)
    {
        Assert.Equal(200, await _proxy.SendAsync("GET /public/x", $"{name}: mallory"));
        Assert.DoesNotContain("mallory", _proxy.Arrived().Headers.Values);
    }

    [Theory]
    [InlineData("GoogleHC/1.0"), InlineData("kube-probe/1.32"), InlineData("ELB-HealthChecker/2.0")]
    public Task CVE_2026_34457_user_agent_of_a_health_check_opens_nothing(string agent) => RefusesAsync(401, "GET /admin/x", $"User-Agent: {agent}");

    [Theory]
    [InlineData("/admin/x#/public"), InlineData("/public/x#y"), InlineData("/public#/../admin/x")]
    public Task GHSA_pxq7_h93f_9jrg_fragment_in_the_target_is_refused(string target) => RefusesAsync(400, $"GET {target}");

    [Fact]
    public async Task GHSA_pxq7_h93f_9jrg_encoded_fragment_sign_is_the_same_for_rule_and_upstream()
    {
        Assert.Equal(401, await _proxy.SendAsync("GET /admin/x%23/public"));
        Assert.Equal(200, await _proxy.SendAsync("GET /public/x%23y"));
        Assert.Equal("/public/x%23y", _proxy.Arrived().Target);
    }

    [Theory]
    [InlineData("alice@example.com@evil.example"), InlineData("alice@example.com\n"), InlineData("evil@evil.example, alice@example.com"), InlineData("ALICE@example.com"), InlineData("")]
    public Task GHSA_c5c4_8r6x_56w3_mail_address_of_another_form_is_nobody_elses(string mail) =>
        RefusesAsync(403, "GET /mail", $"Authorization: Bearer {AttackedProxy.Token(more: writer => writer.WriteString("email", mail))}");

    [Theory]
    [InlineData("X-Forwarded-Host, X-Forwarded-Proto, X-Forwarded-For"), InlineData("X-User"), InlineData("close, x-user, x-forwarded-for")]
    public async Task CVE_2024_45410_and_CVE_2025_48865_connection_header_removes_nothing_of_ours(string connection)
    {
        Assert.Equal(200, await _proxy.SendAsync("GET /admin/x", $"Authorization: Bearer {AttackedProxy.Token()}", $"Connection: {connection}"));

        var headers = _proxy.Arrived().Headers;
        Assert.Equal("alice", headers["X-User"]);
        Assert.Equal("127.0.0.1", headers["X-Forwarded-For"]);
        Assert.Equal("http", headers["X-Forwarded-Proto"]);
        Assert.Equal("127.0.0.1", headers["X-Forwarded-Host"]);
    }

    [Fact]
    public async Task GHSA_5m6w_wvh7_57vm_alias_of_a_forwarding_header_does_not_survive()
    {
        Assert.Equal(200, await _proxy.SendAsync("GET /public/x", "X_Forwarded_Proto: https", "X.Forwarded.Proto: https"));
        Assert.Equal("http", Assert.Single(_proxy.Arrived().Headers, header => header.Key.Replace('_', '-').Replace('.', '-').Equals("X-Forwarded-Proto", StringComparison.OrdinalIgnoreCase)).Value);
    }

    [Theory]
    [InlineData("/strip/x", "/x"), InlineData("/%73trip/x", "/x"), InlineData("/strip/%78", "/%78"), InlineData("/STRIP/x", "/x"), InlineData("/strip", "/"), InlineData("/strip/strip/x", "/strip/x")]
    public async Task GHSA_6jwx_7vp4_9847_stripping_reads_the_path_as_matching_did(string target, string forwarded)
    {
        Assert.Equal(200, await _proxy.SendAsync($"GET {target}"));
        Assert.Equal(forwarded, _proxy.Arrived().Target);
    }

    [Theory]
    [InlineData("/strip/../admin/x"), InlineData("/strip/%2e%2e/admin/x"), InlineData("/strip/..;/admin/x"), InlineData("/strip//admin/x")]
    public Task CVE_2026_48020_stripping_opens_no_way_up(string target) => RefusesAsync(400, $"GET {target}");

    [Theory]
    [InlineData("%2F", 400), InlineData("%5C", 400), InlineData("%00", 400), InlineData("%2f", 400), InlineData("%5c", 400)]
    [InlineData("%3B", 200), InlineData("%3F", 200), InlineData("%23", 200)]
    public async Task CVE_2025_66490_and_CVE_2026_42272_encoded_reserved_characters_have_one_reading(string encoded, int status)
    {
        Assert.Equal(status, await _proxy.SendAsync($"GET /public/a{encoded}b"));
        Assert.Equal(status == 200 ? [$"/public/a{encoded}b"] : [], _proxy.Application.Arrived.Select(arrived => arrived.Target));
        Assert.Equal(status == 200 ? 401 : 400, await _proxy.SendAsync($"GET /admin/a{encoded}b"));
    }

    [Theory]
    [InlineData("/tenants/..%2f..%2fadmin/files"), InlineData("/tenants/%2e%2e/files"), InlineData("/tenants/a%2fadmin/files")]
    public Task CVE_2026_67309_captured_text_is_no_way_up(string target) => RefusesAsync(400, $"GET {target}");

    [Theory]
    [InlineData("/public/../admin/x", 400), InlineData("/public/%2e%2e/admin/x", 400), InlineData("/public/./x", 400), InlineData("/%61dmin/x", 401), InlineData("/ADMIN/x", 401), InlineData("/admin/x/", 401)]
    public Task CVE_2026_42274_and_CVE_2021_39206_path_in_another_spelling_does_not_escape_its_rule(string target, int status) => RefusesAsync(status, $"GET {target}");

    [Theory]
    [InlineData("ADMIN.example.com"), InlineData("admin.example.com."), InlineData("Admin.Example.Com:80"), InlineData("admin.example.com.:80")]
    public Task CVE_2026_42273_host_in_another_spelling_does_not_escape_its_rule(string host) => RefusesAsync(401, "GET /hosts/x", $"Host: {host}");

    [Theory]
    [InlineData("//public/x"), InlineData("//127.0.0.1/public/x"), InlineData("//evil.example/public/x"), InlineData("///public/x")]
    public Task CVE_2026_26205_two_slashes_are_no_host(string target) => RefusesAsync(400, $"GET {target}");

    [Theory]
    [InlineData("admin/x"), InlineData("public/x"), InlineData("healthz"), InlineData("?/public/x")]
    public async Task CVE_2026_33186_path_without_its_slash_is_refused(string target)
    {
        Assert.InRange(await _proxy.SendAsync($"GET {target}"), 400, 405);
        Assert.Empty(_proxy.Application.Arrived);
    }

    [Fact]
    public async Task GHSA_rrqr_7w59_637v_no_endpoint_of_ours_shows_tokens()
    {
        foreach (var path in new[] { "/.authproxy/", "/.authproxy/userinfo", "/.authproxy/session", "/.authproxy/me" })
        {
            Assert.Equal(404, await _proxy.SendAsync($"GET {path}", $"Authorization: Bearer {AttackedProxy.Token()}"));
        }
    }

    private async Task RefusesAsync(int status, string line, params string[] headers)
    {
        Assert.Equal(status, await _proxy.SendAsync(line, headers));
        Assert.Empty(_proxy.Application.Arrived);
    }
}
