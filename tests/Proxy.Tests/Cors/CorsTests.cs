using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Tests.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Proxy.Tests.Cors;

public sealed class CorsTests : IAsyncLifetime
{
    private const string Listed = "https://app.example.com";

    private WebApplication _application = null!;
    private RunningProxy _proxy = null!;
    private int _arrived;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _application = builder.Build();
        _application.Run(context =>
        {
            Interlocked.Increment(ref _arrived);
            context.Response.Headers.AccessControlAllowOrigin = "https://from.the.application";
            context.Response.Headers.AccessControlAllowCredentials = "true";
            context.Response.Headers.Vary = "Accept-Encoding";
            return context.Response.WriteAsync("hello");
        });
        await _application.StartAsync();
        _proxy = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task Preflight_is_answered_before_anybody_is_asked_who_is_calling()
    {
        using var answer = await PreflightAsync("/api/things", "PUT", Listed, headers: "authorization");

        Assert.Equal(204, (int)answer.StatusCode);
        Assert.Equal(Listed, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("PUT", Header(answer, "Access-Control-Allow-Methods"));
        Assert.Equal("Authorization, X-Own", Header(answer, "Access-Control-Allow-Headers"));
        Assert.Equal("true", Header(answer, "Access-Control-Allow-Credentials"));
        Assert.Equal("600", Header(answer, "Access-Control-Max-Age"));
        Assert.Equal("Origin, Access-Control-Request-Method, Access-Control-Request-Headers", Header(answer, "Vary"));
        Assert.Equal(0, _arrived);
    }

    [Theory]
    [InlineData("https://evil.example"), InlineData("https://evil-example.com"), InlineData("https://app.example.com.evil.test"), InlineData("http://app.example.com")]
    [InlineData("https://app.example.com:8443"), InlineData("null"), InlineData("https://app.example.com/"), InlineData("https://sub.app.example.com")]
    [InlineData("https://evil.test/.team.example.com"), InlineData("https://team.example.com")]
    public async Task Origin_that_is_not_listed_never_comes_back(string origin)
    {
        using var preflight = await PreflightAsync("/api/things", "PUT", origin);
        using var answer = await SendAsync("GET", "/api/things", origin, "user=alice");
        using var refusal = await SendAsync("GET", "/api/things", origin);

        Assert.All([preflight, answer, refusal], one =>
        {
            Assert.Empty(Header(one, "Access-Control-Allow-Origin"));
            Assert.Empty(Header(one, "Access-Control-Allow-Credentials"));
            Assert.Contains("Origin", Header(one, "Vary"), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Host_below_a_listed_name_is_listed()
    {
        using var answer = await SendAsync("GET", "/api/things", "https://one.team.example.com", "user=alice");

        Assert.Equal("https://one.team.example.com", Header(answer, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Answer_and_refusal_can_be_read_by_a_listed_page_and_the_applications_own_words_are_gone()
    {
        using var answer = await SendAsync("GET", "/api/things", Listed, "user=alice");
        using var refusal = await SendAsync("GET", "/api/things", Listed);

        Assert.Equal((200, 401), ((int)answer.StatusCode, (int)refusal.StatusCode));
        Assert.All([answer, refusal], one =>
        {
            Assert.Equal(Listed, Header(one, "Access-Control-Allow-Origin"));
            Assert.Equal("true", Header(one, "Access-Control-Allow-Credentials"));
            Assert.Equal("X-Total", Header(one, "Access-Control-Expose-Headers"));
        });
        Assert.Equal("Accept-Encoding, Origin", Header(answer, "Vary"));
    }

    // Without it a cache would hand the answer for no page, or for one page, to the next.
    [Theory]
    [InlineData(null), InlineData(Listed), InlineData("https://evil.example")]
    public async Task Every_answer_says_that_it_depends_on_the_origin(string? origin)
    {
        using var answer = await SendAsync("GET", "/api/things", origin, "user=alice");

        Assert.Contains("Origin", Header(answer, "Vary"), StringComparison.Ordinal);
        Assert.DoesNotContain("from.the.application", Header(answer, "Access-Control-Allow-Origin"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE", "https://app.example.com", "PUT")]
    [InlineData("OPTIONS", null, "PUT")]
    [InlineData("OPTIONS", "https://app.example.com", null)]
    [InlineData("OPTIONS", "https://app.example.com", "P T")]
    public async Task Preflight_that_is_none_opens_nothing(string method, string? origin, string? wanted)
    {
        using var answer = await SendAsync(method, "/api/things", origin, wanted: wanted);

        Assert.Equal("credentials-missing", Header(answer, "X-AuthProxy-Refusal"));
        Assert.Equal(0, _arrived);
    }

    [Theory]
    [InlineData("/private", "GET", "credentials-missing")]
    [InlineData("/mixed", "POST", "credentials-missing")]
    [InlineData("/api/../private", "GET", "target-malformed")]
    public async Task Preflight_for_a_rule_without_cors_meets_every_stage(string path, string wanted, string reason)
    {
        using var answer = await PreflightAsync(path, wanted, Listed);

        Assert.Equal(reason, Header(answer, "X-AuthProxy-Refusal"));
        Assert.Empty(Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal(0, _arrived);
    }

    [Fact]
    public async Task Preflight_for_one_method_says_nothing_of_another()
    {
        using var get = await PreflightAsync("/mixed", "GET", Listed);
        using var delete = await PreflightAsync("/listed-methods", "DELETE", Listed);
        using var post = await PreflightAsync("/listed-methods", "POST", Listed);

        Assert.Equal("GET", Header(get, "Access-Control-Allow-Methods"));
        Assert.Equal("POST", Header(post, "Access-Control-Allow-Methods"));
        Assert.Equal((204, ""), ((int)delete.StatusCode, Header(delete, "Access-Control-Allow-Methods") + Header(delete, "Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task Preflighted_request_itself_is_not_let_in_without_credentials()
    {
        using var preflight = await PreflightAsync("/api/things", "PUT", Listed);
        using var put = await SendAsync("PUT", "/api/things", Listed);

        Assert.Equal("credentials-missing", Header(put, "X-AuthProxy-Refusal"));
        Assert.Equal(0, _arrived);
    }

    [Theory]
    [InlineData("/api/things", "https://app.example.com", "cross-origin-refused")]
    [InlineData("/api/things", "https://evil.example", "cross-origin-refused")]
    [InlineData("/shared", "https://app.example.com", "")]
    [InlineData("/shared", "https://evil.example", "cross-origin-refused")]
    [InlineData("/shared", "null", "cross-origin-refused")]
    public async Task Cors_does_not_switch_the_cross_origin_check_off_and_allow_means_the_listed_origins(string path, string origin, string reason)
    {
        using var answer = await SendAsync("POST", path, origin, "user=alice", site: "cross-site");

        Assert.Equal(reason, Header(answer, "X-AuthProxy-Refusal"));
        Assert.Equal(reason.Length == 0 ? 1 : 0, _arrived);
    }

    [Fact]
    public async Task Any_header_is_echoed_only_as_a_list_of_names()
    {
        using var names = await PreflightAsync("/open", "PUT", "https://anybody.example", headers: "x-one,x-two");
        using var other = await PreflightAsync("/open", "PUT", "https://anybody.example", headers: "x-one;<script>");

        Assert.Equal(("*", "x-one,x-two"), (Header(names, "Access-Control-Allow-Origin"), Header(names, "Access-Control-Allow-Headers")));
        Assert.Empty(Header(other, "Access-Control-Allow-Headers"));
        Assert.Empty(Header(names, "Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task Listener_answers_where_no_rule_does_and_a_rule_has_the_last_word()
    {
        await using var proxy = await StartAsync(", cors: { enabled: true, allowed_origins: ['https://everywhere.example'], debug: true }");
        using var nowhere = await PreflightAsync("/nowhere", "PATCH", "https://everywhere.example", proxy: proxy);
        using var ofRule = await PreflightAsync("/api/things", "PUT", "https://everywhere.example", proxy: proxy);
        using var login = await PreflightAsync("/.authproxy/logout", "POST", "https://everywhere.example", proxy: proxy);
        using var missing = await SendAsync("GET", "/nowhere", "https://everywhere.example", proxy: proxy);
        using var unlisted = await SendAsync("GET", "/api/things", "https://everywhere.example", "user=alice", proxy: proxy);
        using var application = await SendAsync("GET", "/private", "https://everywhere.example", "user=alice", proxy: proxy);

        Assert.Equal((204, "PATCH"), ((int)nowhere.StatusCode, Header(nowhere, "Access-Control-Allow-Methods")));
        Assert.Empty(Header(ofRule, "Access-Control-Allow-Origin"));
        Assert.Empty(Header(login, "Access-Control-Allow-Origin"));
        Assert.Equal((404, "https://everywhere.example"), ((int)missing.StatusCode, Header(missing, "Access-Control-Allow-Origin")));
        Assert.Empty(Header(unlisted, "Access-Control-Allow-Origin"));
        Assert.Equal("https://everywhere.example", Header(application, "Access-Control-Allow-Origin"));
    }

    private async Task<RunningProxy> StartAsync(string listener = "") => await RunningProxy.StartAsync(
        $$"""
        version: authproxy/v1
        defaults: { upstream: {{_application.Urls.Single()}}, authenticators: [cookie] }
        rules:
          - id: api
            match: { path: "/api/**" }
            cors:
              allowed_origins: ["https://app.example.com", "https://*.team.example.com"]
              allowed_headers: [Authorization, X-Own]
              exposed_headers: [X-Total]
              allow_credentials: true
              max_age: 600
          - id: shared
            match: { path: /shared }
            cross_origin: allow
            cors: { allowed_origins: ["https://app.example.com"], allow_credentials: true }
          - { id: listed-methods, match: { path: /listed-methods }, cors: { allowed_origins: ["https://app.example.com"], allowed_methods: [POST] } }
          - { id: mixed-get, match: { path: /mixed, methods: [GET] }, cors: { allowed_origins: ["https://app.example.com"] } }
          - { id: mixed, match: { path: /mixed } }
          - { id: open, match: { path: /open }, authenticators: [anonymous], cors: { allowed_origins: ["*"], allowed_headers: ["*"] } }
          - { id: private, match: { path: /private } }
        """,
        replace: services => services.AddSingleton<IHandlerKind<IAuthenticator>, CookieAuthenticatorKind>(),
        listener: listener);

    private Task<HttpResponseMessage> PreflightAsync(string path, string wanted, string origin, string? headers = null, RunningProxy? proxy = null) =>
        SendAsync("OPTIONS", path, origin, wanted: wanted, headers: headers, proxy: proxy);

    private async Task<HttpResponseMessage> SendAsync(
        string method, string path, string? origin, string? cookie = null, string? wanted = null, string? headers = null, string? site = null, RunningProxy? proxy = null)
    {
        proxy ??= _proxy;
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(proxy.Address + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        foreach (var (name, value) in new[] { ("Origin", origin), ("Cookie", cookie), ("Access-Control-Request-Method", wanted), ("Access-Control-Request-Headers", headers), ("Sec-Fetch-Site", site) })
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await proxy.Client.SendAsync(request);
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
