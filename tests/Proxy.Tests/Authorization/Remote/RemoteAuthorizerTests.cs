using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Authorization.Remote;
using AuthProxy.Proxy.Bodies;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Proxy.Tests.Remotes;
using AuthProxy.Rules;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests.Authorization.Remote;

public class RemoteAuthorizerTests
{
    private static readonly HeldBodyLimits Limits = new(1024, 1024 * 1024, TimeSpan.FromSeconds(15));

    private readonly FakeClock _clock = new();
    private readonly ScriptedCaller _service = new();

    [Theory]
    [InlineData(200, null), InlineData(201, "check-failed"), InlineData(204, "check-failed"), InlineData(302, "check-failed"), InlineData(401, "check-failed")]
    [InlineData(403, "access-denied"), InlineData(404, "check-failed"), InlineData(429, "rate-limited"), InlineData(500, "check-failed")]
    public async Task Only_200_is_a_yes(int status, string? reason)
    {
        _service.Answer = _ => ScriptedCaller.Status(status, headers: ("Retry-After", "7"));

        var (outcome, request) = await AskAsync(Remote("{ remote: http://127.0.0.1/ }"));

        Assert.Equal(reason, (outcome as AuthorizationOutcome.Refused)?.Refusal.Reason);
        IHeaderDictionary answer = new HeaderDictionary();
        request.RateLimit.WriteTo(answer);
        Assert.Equal(status == 429 ? "7" : "", answer.RetryAfter.ToString());
    }

    [Fact]
    public async Task Unreachable_service_refuses_instead_of_letting_pass()
    {
        _service.Answer = _ => new RemoteOutcome.Unanswered("there was no answer in time");

        Assert.Equal(ProxyRefusals.CheckFailed, Assert.IsType<AuthorizationOutcome.Refused>((await AskAsync(Remote("{ remote: http://127.0.0.1/ }"))).Outcome).Refusal);
    }

    [Theory]
    [InlineData("plain", "plain"), InlineData(null, ""), InlineData("a%20b", "a%20b"), InlineData("grün", "grün")]
    public async Task Header_of_a_yes_goes_on_as_it_is_and_a_missing_one_empty(string? value, string expected)
    {
        _service.Answer = _ => ScriptedCaller.Status(200, headers: value is null ? [] : [("X-Grant", value), ("X-Unasked", "1")]);

        var (_, request) = await AskAsync(Remote("{ remote: http://127.0.0.1/, forward_response_headers_to_upstream: [X-Grant] }"));

        Assert.Equal(expected, Assert.Single(request.Identity.All).Value);
    }

    [Theory]
    [InlineData("a\u0001b"), InlineData("a\u007f"), InlineData("a\tb"), InlineData("\u1234")]
    public async Task Header_injection_by_a_hostile_service_refuses_the_request(string value)
    {
        _service.Answer = _ => ScriptedCaller.Status(200, headers: ("X-Grant", value));

        var (outcome, request) = await AskAsync(Remote("{ remote: http://127.0.0.1/, forward_response_headers_to_upstream: [X-Grant] }"));

        Assert.Equal(ProxyRefusals.CheckFailed, Assert.IsType<AuthorizationOutcome.Refused>(outcome).Refusal);
        Assert.Empty(request.Identity.All);
    }

    [Fact]
    public async Task Oversize_header_of_a_hostile_service_refuses_the_request()
    {
        _service.Answer = _ => ScriptedCaller.Status(200, headers: ("X-Grant", new string('a', 8 * 1024 + 1)));

        Assert.IsType<AuthorizationOutcome.Refused>((await AskAsync(Remote("{ remote: http://127.0.0.1/, forward_response_headers_to_upstream: [X-Grant] }"))).Outcome);
    }

    [Fact]
    public async Task Body_past_the_limit_is_refused_and_nobody_is_asked()
    {
        var (outcome, _) = await AskAsync(Remote("{ remote: http://127.0.0.1/, body_limit: 1KiB }"), body: new string('a', 1025));

        Assert.Equal(ProxyRefusals.BodyTooLarge, Assert.IsType<AuthorizationOutcome.Refused>(outcome).Refusal);
        Assert.Empty(_service.Asked);
    }

    [Fact]
    public async Task Two_authorization_headers_are_refused_because_service_and_upstream_could_read_different_ones()
    {
        var (outcome, _) = await AskAsync(Remote("{ remote: http://127.0.0.1/ }"), headers: [("Authorization", "Bearer a"), ("Authorization", "Bearer b")]);

        Assert.Equal(ProxyRefusals.CredentialsAmbiguous, Assert.IsType<AuthorizationOutcome.Refused>(outcome).Refusal);
        Assert.Empty(_service.Asked);
    }

    [Fact]
    public async Task Credentials_that_were_used_up_are_not_shown_to_the_service()
    {
        await AskAsync(Remote("{ remote: http://127.0.0.1/ }"), consumed: true, headers: ("Authorization", "Bearer a"));

        Assert.DoesNotContain(Assert.Single(_service.Asked).Headers, header => header.Key == "Authorization");
    }

    [Fact]
    public async Task Template_that_cannot_be_filled_in_refuses_the_request()
    {
        var (outcome, _) = await AskAsync(Remote("{ remote: http://127.0.0.1/, headers: { X-Deep: '{{ .Extra.a.b.c }}' } }"));

        Assert.Equal(ProxyRefusals.CheckFailed, Assert.IsType<AuthorizationOutcome.Refused>(outcome).Refusal);
        Assert.Empty(_service.Asked);
    }

    [Fact]
    public async Task Payload_of_the_rule_is_sent_and_not_the_clients_body()
    {
        await AskAsync(RemoteJson("{ remote: http://127.0.0.1/, payload: '{ \"who\": \"{{ print .Subject }}\" }' }"), body: "mine", headers: ("Authorization", "Bearer a"));

        var asked = Assert.Single(_service.Asked);
        Assert.Equal("""{ "who": "alice" }""", System.Text.Encoding.UTF8.GetString(asked.Body!.Value.Span));
        Assert.Equal("application/json", asked.ContentType);
        Assert.Equal("Bearer a", Assert.Single(asked.Headers).Value);
    }

    [Theory]
    [InlineData("{ \"{{ print .Subject }}\": 1, \"alice\": 2 }"), InlineData("{ \"a\": {{ print .Extra.gone }} }")]
    public async Task Payload_that_is_no_json_refuses_the_request(string payload)
    {
        var (outcome, _) = await AskAsync(RemoteJson($"{{ remote: http://127.0.0.1/, payload: '{payload}' }}"));

        Assert.Equal(ProxyRefusals.CheckFailed, Assert.IsType<AuthorizationOutcome.Refused>(outcome).Refusal);
        Assert.Empty(_service.Asked);
    }

    [Fact]
    public async Task Quotation_mark_in_a_claim_changes_neither_form_nor_meaning_of_the_payload()
    {
        await AskAsync(
            RemoteJson("{ remote: http://127.0.0.1/, payload: '{ \"who\": \"{{ print .Extra.name }}\", \"admin\": false }' }"),
            claims: """{ "name": "x\", \"admin\": true, \"y\": \"" }""");

        var asked = System.Text.Json.JsonDocument.Parse(Assert.Single(_service.Asked).Body!.Value).RootElement;
        Assert.Equal("x\", \"admin\": true, \"y\": \"", asked.GetProperty("who").GetString());
        Assert.False(asked.GetProperty("admin").GetBoolean());
    }

    [Fact]
    public async Task Yes_is_used_again_for_the_same_question_and_a_no_is_not()
    {
        var authorizer = Remote("{ remote: http://127.0.0.1/, cache: { enabled: true, ttl: 10s } }");
        await AskAsync(authorizer, body: "a");
        await AskAsync(authorizer, body: "a");
        Assert.Single(_service.Asked);

        _clock.Advance(TimeSpan.FromSeconds(10));
        _service.Answer = _ => ScriptedCaller.Status(403);
        Assert.IsType<AuthorizationOutcome.Refused>((await AskAsync(authorizer, body: "a")).Outcome);
        Assert.IsType<AuthorizationOutcome.Refused>((await AskAsync(authorizer, body: "a")).Outcome);
        Assert.Equal(3, _service.Asked.Count);
    }

    [Fact]
    public async Task Answer_to_one_question_is_never_the_answer_to_another()
    {
        var authorizer = Remote("{ remote: http://127.0.0.1/, headers: { X-User: '{{ print .Extra.name }}' }, cache: { enabled: true } }");
        await AskAsync(authorizer, body: "a", headers: ("Content-Type", "text/plain"));
        await AskAsync(authorizer, body: "b", headers: ("Content-Type", "text/plain"));
        await AskAsync(authorizer, body: "a", headers: ("Content-Type", "text/html"));
        await AskAsync(authorizer, body: "a", headers: [("Content-Type", "text/plain"), ("Authorization", "Bearer a")]);
        await AskAsync(authorizer, body: "a", headers: [("Content-Type", "text/plain"), ("Authorization", "Bearer b")]);
        await AskAsync(authorizer, body: "a", claims: """{ "name": "bob" }""", headers: ("Content-Type", "text/plain"));

        Assert.Equal(6, _service.Asked.Count);
    }

    [Fact]
    public async Task Without_the_switch_every_request_asks()
    {
        var authorizer = Remote("{ remote: http://127.0.0.1/, cache: { ttl: 1h } }");
        await AskAsync(authorizer);
        await AskAsync(authorizer);

        Assert.Equal(2, _service.Asked.Count);
    }

    [Theory]
    [InlineData("{}", "remote is missing")]
    [InlineData("{ remote: 'ftp://127.0.0.1/' }", "http://")]
    [InlineData("{ remote: 'http://name:word@127.0.0.1/' }", "leave out user")]
    [InlineData("{ remote: 'http://authz.example/' }", "plain http")]
    [InlineData("{ remote: http://127.0.0.1/, headers: { Host: a } }", "question itself decides")]
    [InlineData("{ remote: http://127.0.0.1/, headers: { content-length: a } }", "question itself decides")]
    [InlineData("{ remote: http://127.0.0.1/, headers: { X-User: '{{ print .Subject' } }", "cannot be used")]
    [InlineData("{ remote: http://127.0.0.1/, forward_response_headers_to_upstream: [Connection] }", "forwarding decides")]
    [InlineData("{ remote: http://127.0.0.1/, forward_response_headers_to_upstream: [Content-Type] }", "forwarding decides")]
    [InlineData("{ remote: http://127.0.0.1/, retry: { give_up_after: 10m } }", "at most 1m")]
    [InlineData("{ remote: http://127.0.0.1/, forward_response_headers: [X-Grant] }", "not a known key")]
    public void Use_that_cannot_work_is_a_fault(string config, string fault)
    {
        var use = Requests.Use(config);

        Assert.Null(Kind().Prepare(use));
        Assert.Contains(use.Faults, found => found.ToString().Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Oathkeepers_rules_may_ask_over_plain_http_with_a_warning()
    {
        var use = Requests.Use("{ remote: 'http://authz.example/' }", RuleForm.Oathkeeper);

        Assert.NotNull(Kind().Prepare(use));
        Assert.Contains(use.Faults.Warnings, warning => warning.Message.Contains("plain http", StringComparison.Ordinal));
    }

    [Fact]
    public void Headers_of_the_answer_are_reserved_and_the_service_is_a_destination()
    {
        Assert.Equal(["X-Grant"], Remote("{ remote: http://127.0.0.1/, forward_response_headers_to_upstream: [X-Grant] }").HeaderNames);
        Assert.Equal(["remote"], ((IHandlerKind<IAuthorizer>)Kind()).Destinations);
        Assert.Equal(["remote"], ((IHandlerKind<IAuthorizer>)new RemoteJsonAuthorizerKind(_service, _clock)).Destinations);
    }

    private RemoteAuthorizerKind Kind() => new(_service, new BodyHolder(new HeldBodyBudget(Limits.Together), Limits, _clock), Limits, _clock);

    private IAuthorizer Remote(string config) => Made(Kind(), config);

    private IAuthorizer RemoteJson(string config) => Made(new RemoteJsonAuthorizerKind(_service, _clock), config);

    private static IAuthorizer Made(IHandlerKind<IAuthorizer> kind, string config)
    {
        var use = Requests.Use(config);
        return kind.Prepare(use) ?? throw new InvalidOperationException(string.Join('\n', use.Faults));
    }

    private static async Task<(AuthorizationOutcome Outcome, ProxiedRequest Request)> AskAsync(
        IAuthorizer authorizer, string? body = null, string claims = "{}", bool consumed = false, params (string, string)[] headers)
    {
        var (context, request) = Requests.Create("POST", headers: headers);
        request.Subject = Requests.Alice(claims);
        request.Consumed = consumed ? Proxy.Authentication.ConsumedCredentials.Authorization : Proxy.Authentication.ConsumedCredentials.None;
        request.Match = new RuleMatch(PreparedRules.Empty, new PreparedRule(Requests.Rule(), [], [], null, [], [], null) { Revision = 1 }, default);
        context.Request.Body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body ?? ""));
        return (await authorizer.AuthorizeAsync(context, request, CancellationToken.None), request);
    }
}
