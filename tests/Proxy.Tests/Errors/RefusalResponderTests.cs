using System.Text.Json;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Errors.Json;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Observability;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Errors;

public sealed class RefusalResponderTests : IDisposable
{
    private readonly ProxyMetrics _metrics = new();
    private readonly Proxy.Matching.RuleSource _rules = new();
    private readonly RefusalResponder _responder;

    public RefusalResponderTests()
    {
        _rules.Take(new PreparedRules(RuleSet.Empty, [], System.Collections.Frozen.FrozenSet<string>.Empty, [JsonErrorHandler.Instance], 1));
        _responder = new RefusalResponder(_rules, _metrics, NullLogger<RefusalResponder>.Instance);
    }

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task Client_learns_the_reason_and_the_operator_the_story()
    {
        var (context, request) = Requests.Create();

        await _responder.WriteAsync(context, ProxyRefusals.CredentialsInvalid, "signature does not match key 'k1'");

        var problem = JsonDocument.Parse(Requests.BodyOf(context)).RootElement;
        Assert.Equal(401, context.Response.StatusCode);
        Assert.Equal("application/problem+json", context.Response.ContentType);
        Assert.Equal("urn:authproxy:refusal:credentials-invalid", problem.GetProperty("type").GetString());
        Assert.Equal(9, problem.GetProperty("support").GetString()!.Length);
        Assert.Equal("Bearer error=\"invalid_token\"", context.Response.Headers.WWWAuthenticate);
        Assert.Equal("no-store", context.Response.Headers.CacheControl);
        Assert.DoesNotContain("k1", Requests.BodyOf(context), StringComparison.Ordinal);
        Assert.Equal(ProxyRefusals.CredentialsInvalid, request.Trace.Refusal);
        Assert.Contains(request.Trace.Steps, step => step.Why == "signature does not match key 'k1'");
    }

    [Fact]
    public async Task Request_whose_target_was_never_understood_is_answered_too()
    {
        var context = new DefaultHttpContext();

        await _responder.WriteAsync(context, ProxyRefusals.TargetMalformed, "DotSegment");

        Assert.Equal(400, context.Response.StatusCode);
    }

    [Fact]
    public async Task What_a_stage_had_written_so_far_does_not_stay()
    {
        var (context, _) = Requests.Create();
        context.Response.Headers["X-Half"] = "done";

        await _responder.WriteAsync(context, ProxyRefusals.AccessDenied, "no");

        Assert.False(context.Response.Headers.ContainsKey("X-Half"));
    }

    [Fact]
    public async Task Answer_that_has_begun_is_cut_rather_than_made_to_look_whole()
    {
        var (context, _) = Requests.Create();
        var lifetime = new Lifetime();
        context.Features.Set<IHttpResponseFeature>(new Begun());
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);

        await _responder.WriteAsync(context, ProxyRefusals.UpstreamUnreachable, "it broke off");

        Assert.True(lifetime.Aborted);
    }

    [Theory]
    [InlineData("credentials-missing", 16), InlineData("access-denied", 7), InlineData("rule-missing", 12), InlineData("keys-unavailable", 14), InlineData("internal-fault", 13)]
    public async Task Grpc_client_gets_its_status_in_the_head(string reason, int status)
    {
        var (context, _) = Requests.Create("POST", kind: RequestKind.Grpc);

        await _responder.WriteAsync(context, Named(reason), "no");

        Assert.Equal(200, context.Response.StatusCode);
        Assert.Equal(status.ToString(System.Globalization.CultureInfo.InvariantCulture), context.Response.Headers["grpc-status"]);
        Assert.Equal(reason, context.Response.Headers["grpc-message"]);
        Assert.Equal("", Requests.BodyOf(context));
    }

    [Fact]
    public async Task Rules_own_handlers_go_first_in_order()
    {
        var (context, _) = await AnswerAsync(RuleForm.AuthProxy, new Scripted("never", false), new Scripted("first", true), new Scripted("second", true));

        Assert.Equal("first", Requests.BodyOf(context));
    }

    [Fact]
    public async Task Fallback_answers_where_no_handler_of_the_rule_does()
    {
        var (context, _) = await AnswerAsync(RuleForm.AuthProxy, new Scripted("never", false));

        Assert.Equal("application/problem+json", context.Response.ContentType);
    }

    [Fact]
    public async Task Oathkeepers_rules_take_exactly_one_responsible_handler()
    {
        var (one, _) = await AnswerAsync(RuleForm.Oathkeeper, new Scripted("never", false), new Scripted("only", true));
        var (two, _) = await AnswerAsync(RuleForm.Oathkeeper, new Scripted("first", true), new Scripted("second", true));

        Assert.Equal("only", Requests.BodyOf(one));
        Assert.Equal(500, two.Response.StatusCode);
        Assert.Equal("error-handlers-undecided", two.Response.Headers["X-AuthProxy-Refusal"]);
        Assert.StartsWith("Found more than one error handlers to be responsible for this request.", Reason(two), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Oathkeepers_rules_without_any_responsible_handler_end_in_a_plain_500_that_says_so()
    {
        _rules.Take(new PreparedRules(RuleSet.Empty, [], System.Collections.Frozen.FrozenSet<string>.Empty, [], 2));

        var (context, _) = await AnswerAsync(RuleForm.Oathkeeper, new Scripted("never", false));

        Assert.Equal(500, context.Response.StatusCode);
        Assert.Equal("application/json", context.Response.ContentType);
        Assert.Contains("no matching error handling strategy was found", Reason(context), StringComparison.Ordinal);
    }

    private static string? Reason(HttpContext context) => JsonDocument.Parse(Requests.BodyOf(context)).RootElement.GetProperty("error").GetProperty("reason").GetString();

    private async Task<(HttpContext Context, ProxiedRequest Request)> AnswerAsync(RuleForm form, params IErrorHandler[] handlers)
    {
        var (context, request) = Requests.Create();
        var rule = form == RuleForm.AuthProxy ? Requests.Rule() : OathkeeperRule();
        request.Match = new RuleMatch(PreparedRules.Empty, new PreparedRule(rule, [], [], null, [], handlers, null) { Revision = 1 }, default);
        await _responder.WriteAsync(context, ProxyRefusals.AccessDenied, "no");
        return (context, request);
    }

    private static Rule OathkeeperRule() => RuleFileReader.LoadText(
        """
        - id: r
          match: { url: "http://app.example.test/<.*>", methods: [GET] }
          authenticators: [ { handler: noop } ]
          authorizer: { handler: allow }
          mutators: [ { handler: noop } ]
        """,
        "rules.yaml").Rules.Single();

    private static Refusal Named(string reason) => reason switch
    {
        "credentials-missing" => ProxyRefusals.CredentialsMissing,
        "access-denied" => ProxyRefusals.AccessDenied,
        "rule-missing" => ProxyRefusals.RuleMissing,
        "keys-unavailable" => ProxyRefusals.KeysUnavailable,
        _ => ProxyRefusals.InternalFault,
    };

    private sealed class Scripted(string text, bool answers) : IErrorHandler
    {
        public string Name => "scripted";

        public Responsibility For(HttpContext context, Refusal refusal) => answers ? Responsibility.Mine : Responsibility.NotMine;

        public Task WriteAsync(HttpContext context, RefusalAnswer answer, CancellationToken cancellation) => context.Response.WriteAsync(text, cancellation);
    }

    private sealed class Begun : HttpResponseFeature
    {
        public override bool HasStarted => true;
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public bool Aborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => Aborted = true;
    }
}
