using System.Net;
using System.Text.Json;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Errors.Json;
using AuthProxy.Proxy.Errors.Login;
using AuthProxy.Proxy.Errors.Redirect;
using AuthProxy.Proxy.Errors.WwwAuthenticate;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests.Errors;

public class ErrorHandlerTests
{
    [Theory]
    [InlineData("{}", "The requested action was forbidden", false)]
    [InlineData("{ verbose: true }", "Access credentials are not sufficient to access this resource", true)]
    public async Task Oathkeepers_clients_get_the_body_that_they_know(string config, string message, bool reason)
    {
        var context = await WriteAsync(new JsonErrorKind(), config, ProxyRefusals.AccessDenied, form: RuleForm.Oathkeeper);

        var error = JsonDocument.Parse(Requests.BodyOf(context)).RootElement.GetProperty("error");
        Assert.Equal(403, context.Response.StatusCode);
        Assert.Equal("application/json", context.Response.ContentType);
        Assert.Equal((403, "Forbidden", message), (error.GetProperty("code").GetInt32(), error.GetProperty("status").GetString(), error.GetProperty("message").GetString()));
        Assert.Equal(reason, error.TryGetProperty("reason", out _));
    }

    [Fact]
    public async Task Head_request_gets_no_body()
    {
        var context = await WriteAsync(new JsonErrorKind(), "{}", ProxyRefusals.AccessDenied, form: RuleForm.Oathkeeper, method: "HEAD");

        Assert.Equal("", Requests.BodyOf(context));
    }

    [Fact]
    public async Task Redirect_carries_the_address_that_was_decided_on_and_nothing_the_client_says()
    {
        var context = await WriteAsync(new RedirectErrorKind(), "{ to: 'https://login.example/in?a=b', return_to_query_param: back }", ProxyRefusals.CredentialsMissing,
            target: "/x%20y?q=1", headers: [("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Uri", "/evil"), ("Host", "evil.example")]);

        Assert.Equal(302, context.Response.StatusCode);
        Assert.Equal("https://login.example/in?a=b&back=https%3A%2F%2Fapp.example.test%2Fx%2520y%3Fq%3D1", context.Response.Headers.Location);
        Assert.Equal(0, context.Response.Headers.WWWAuthenticate.Count);
        Assert.Equal("no-store", context.Response.Headers.CacheControl);
    }

    [Theory]
    [InlineData("{}"), InlineData("{ to: '//evil.example' }"), InlineData("{ to: 'javascript:alert(1)' }"), InlineData("{ to: /x, code: 200 }"), InlineData("{ to: \"/x\\r\\nSet-Cookie: a=b\" }")]
    public void Redirect_to_nowhere_good_is_a_fault(string config)
    {
        var use = Requests.Use(config);

        Assert.Null(new RedirectErrorKind().Prepare(use));
        Assert.NotEmpty(use.Faults);
    }

    [Theory]
    [InlineData("{ when: [ { error: [unauthorized] } ] }", 401, null, true)]
    [InlineData("{ when: [ { error: [unauthorized] } ] }", 403, null, false)]
    [InlineData("{ when: [ { error: [forbidden, not_found] }, { error: [unauthorized] } ] }", 401, null, true)]
    [InlineData("{ when: [] }", 403, null, true)]
    [InlineData("{ when: [ { request: { header: { accept: [text/html] } } } ] }", 401, "text/html,application/xml;q=0.9", true)]
    [InlineData("{ when: [ { request: { header: { accept: [text/*] } } } ] }", 401, "text/html", true)]
    [InlineData("{ when: [ { request: { header: { accept: [application/json] } } } ] }", 401, "*/*", false)]
    [InlineData("{ when: [ { request: { header: { accept: ['*/*'] } } } ] }", 401, "*/*", true)]
    [InlineData("{ when: [ { request: { header: { accept: ['application/*'] } } } ] }", 401, null, true)]
    [InlineData("{ when: [ { error: [unauthorized], request: { header: { accept: [text/html] } } } ] }", 403, "text/html", false)]
    [InlineData("{ when: [ { request: { remote_ip: { match: [127.0.0.0/8] } } } ] }", 401, null, true)]
    [InlineData("{ when: [ { request: { cidr: [10.0.0.0/8] } } ] }", 401, null, false)]
    public void When_says_for_what_a_handler_answers(string config, int status, string? accept, bool answers)
    {
        var use = Requests.Use(config);
        var handler = new JsonErrorKind().Prepare(use) ?? throw new InvalidOperationException(string.Join('\n', use.Faults));
        var (context, _) = Requests.Create(headers: accept is null ? [] : [("Accept", accept)]);

        context.Connection.RemoteIpAddress = IPAddress.Loopback;

        Assert.Equal(answers ? Responsibility.Mine : Responsibility.NotMine, handler.For(context, new Refusal(status, "reason", "Title")));
    }

    [Theory]
    [InlineData("{ when: [ { error: [unauthorised] } ] }"), InlineData("{ when: [ { error: [Unauthorized] } ] }"), InlineData("{ when: [ { request: { remote_ip: { match: [10.0.0.0/99] } } } ] }")]
    public void Condition_that_could_never_hold_is_a_fault(string config)
    {
        var use = Requests.Use(config);

        Assert.Null(new JsonErrorKind().Prepare(use));
        Assert.NotEmpty(use.Faults);
    }

    [Theory]
    [InlineData(400, "bad_request"), InlineData(401, "unauthorized"), InlineData(408, "request_timeout"), InlineData(413, "request_entity_too_large"), InlineData(418, "im_a_teapot")]
    [InlineData(429, "too_many_requests"), InlineData(500, "internal_server_error"), InlineData(503, "service_unavailable"), InlineData(999, "internal_server_error")]
    public void Status_goes_by_the_name_that_gos_library_gives_it(int status, string name) => Assert.Equal(name, StatusNames.NameOf(status));

    [Theory]
    [InlineData("false", "10.0.0.9", "192.0.2.1", false), InlineData("false", "192.0.2.1", "10.0.0.9", true), InlineData("true", "10.0.0.9", "192.0.2.1", true), InlineData("true", "192.0.2.1", "10.0.0.9", false)]
    public void Address_is_the_peers_unless_the_client_behind_trusted_networks_is_asked_for(string respect, string client, string peer, bool answers)
    {
        var handler = new JsonErrorKind().Prepare(Requests.Use($"{{ when: [ {{ request: {{ remote_ip: {{ match: [10.0.0.0/8], respect_forwarded_for_header: {respect} }} }} }} ] }}"))!;
        var (context, request) = Requests.Create(headers: ("X-Forwarded-For", "10.1.1.1"));
        context.Features.Set(new ProxiedRequest(request.Received with { Client = IPAddress.Parse(client) }, PreparedRules.Empty));
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer).MapToIPv6();

        Assert.Equal(answers ? Responsibility.Mine : Responsibility.NotMine, handler.For(context, ProxyRefusals.AccessDenied));
    }

    [Theory]
    [InlineData("text/plain", Responsibility.NotMine), InlineData("application/json; charset=utf-8", Responsibility.Mine), InlineData(null, Responsibility.NotMine)]
    [InlineData("no media type", Responsibility.Undecidable), InlineData("application/json,", Responsibility.Mine), InlineData("application/json, ;", Responsibility.Undecidable)]
    public void Content_type_that_cannot_be_read_leaves_it_undecided(string? contentType, object expected)
    {
        var handler = new JsonErrorKind().Prepare(Requests.Use("{ when: [ { request: { header: { content_type: [application/json] } } } ] }"))!;
        var (context, _) = Requests.Create(headers: contentType is null ? [] : [("Content-Type", contentType)]);

        Assert.Equal((Responsibility)expected, handler.For(context, ProxyRefusals.AccessDenied));
    }

    [Theory]
    [InlineData("/login", "/login?back=x%2Fy"), InlineData("/login?a=b#top", "/login?a=b&back=x%2Fy#top"), InlineData("/login?back=evil&a=b&b%61ck=evil", "/login?a=b&back=x%2Fy"), InlineData("https://l.example/?", "https://l.example/?back=x%2Fy")]
    public void Return_address_stands_once_and_before_the_fragment(string to, string expected) => Assert.Equal(expected, new ReturningAddress(to, "back").For("x/y"));

    [Theory]
    [InlineData(301, true), InlineData(302, true), InlineData(303, false), InlineData(307, false)]
    public void Oathkeepers_redirects_know_two_codes(int code, bool known) =>
        Assert.Equal(known, new RedirectErrorKind().Prepare(Requests.Use($"{{ to: /login, code: {code} }}", RuleForm.Oathkeeper)) is not null);

    [Fact]
    public async Task Challenge_answers_401_whatever_the_error_was()
    {
        var context = await WriteAsync(new WwwAuthenticateErrorKind(), "{}", ProxyRefusals.RuleMissing, form: RuleForm.Oathkeeper);

        Assert.Equal((401, "Basic realm=Please authenticate."), (context.Response.StatusCode, context.Response.Headers.WWWAuthenticate.ToString()));
        Assert.Equal("Unauthorized", Requests.BodyOf(context));
    }

    [Theory]
    [InlineData("a\"b"), InlineData("a\\b"), InlineData("a\r\nSet-Cookie: a=b"), InlineData("a, Digest realm=b"), InlineData("größe"), InlineData("")]
    public void Realm_that_would_begin_something_else_is_a_fault(string realm)
    {
        var use = Requests.Use($"{{ realm: \"{System.Text.Json.JsonEncodedText.Encode(realm)}\" }}");

        Assert.Null(new WwwAuthenticateErrorKind().Prepare(use));
        Assert.NotEmpty(use.Faults);
    }

    [Theory]
    [InlineData(RequestKind.Navigation, "oidc", "credentials-missing", true, true)]
    [InlineData(RequestKind.Programmatic, "oidc", "credentials-missing", true, false)]
    [InlineData(RequestKind.Grpc, "oidc", "credentials-missing", true, false)]
    [InlineData(RequestKind.Navigation, "jwt", "credentials-missing", true, false)]
    [InlineData(RequestKind.Navigation, "oidc", "access-denied", true, false)]
    [InlineData(RequestKind.Navigation, "oidc", "credentials-missing", false, false)]
    public void Login_answers_a_person_without_a_session_and_nobody_else(object kind, string authenticator, string reason, bool available, bool answers)
    {
        var handler = new LoginErrorKind(new Login(available)).Prepare(Requests.Use())!;
        var (context, request) = Requests.Create(kind: (RequestKind)kind);
        request.Match = new RuleMatch(PreparedRules.Empty, new PreparedRule(Requests.Rule(), [new Named(authenticator)], [], null, [], [], null) { Revision = 1 }, default);

        Assert.Equal(answers ? Responsibility.Mine : Responsibility.NotMine, handler.For(context, reason == "access-denied" ? ProxyRefusals.AccessDenied : ProxyRefusals.CredentialsMissing));
    }

    [Fact]
    public void Login_has_nothing_to_say_to_a_request_that_no_rule_matches()
    {
        var handler = new LoginErrorKind(new Login(true)).Prepare(Requests.Use())!;
        var (context, _) = Requests.Create(kind: RequestKind.Navigation);

        Assert.Equal(Responsibility.NotMine, handler.For(context, ProxyRefusals.RuleMissing));
        Assert.Equal(Responsibility.NotMine, handler.For(context, ProxyRefusals.CredentialsMissing));
    }

    private static async Task<HttpContext> WriteAsync(
        IHandlerKind<IErrorHandler> kind, string config, Refusal refusal, RuleForm form = RuleForm.AuthProxy, string method = "GET", string target = "/", params (string, string)[] headers)
    {
        var use = Requests.Use(config, form);
        var handler = kind.Prepare(use) ?? throw new InvalidOperationException(string.Join('\n', use.Faults));
        var (context, _) = Requests.Create(method, target, headers: headers);
        await handler.WriteAsync(context, new RefusalAnswer(refusal, "ABCD-EFGH"), CancellationToken.None);
        return context;
    }

    private sealed class Login(bool available) : ILoginStarter
    {
        public bool IsAvailable => available;

        public Task StartAsync(HttpContext context, CancellationToken cancellation) => Task.CompletedTask;
    }

    private sealed class Named(string name) : IAuthenticator
    {
        public string Name => name;

        public bool GivesSession => true;

        public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
