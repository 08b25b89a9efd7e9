using System.Text;
using System.Text.Json;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Mutation.Hydrator;
using AuthProxy.Proxy.Remotes;
using AuthProxy.Proxy.Tests.Remotes;
using AuthProxy.Rules;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Mutation.Hydrator;

public class HydratorMutatorTests
{
    private const string Alice = """{ "subject": "alice", "extra": { "plan": "gold" }, "header": { "X-Plan": ["gold"], "X-Admin": ["true"] } }""";

    private readonly FakeClock _clock = new();
    private readonly ScriptedCaller _service = new(_ => ScriptedCaller.Status(200, Alice));

    [Fact]
    public async Task Answer_replaces_the_claims_and_sets_the_headers_that_the_rule_lists_and_no_others()
    {
        var mutator = Make("{ api: { url: http://127.0.0.1/ }, headers: [x-plan] }");
        var (outcome, request) = await MutatorHost.RunAsync(mutator, Requests.Alice("""{ "old": true }"""));

        Assert.IsType<MutationOutcome.Done>(outcome);
        Assert.Equal(["x-plan"], mutator.HeaderNames);
        Assert.Equal("""{ "plan": "gold" }""", request.Subject.Claims.GetRawText());
        Assert.Equal(("https://issuer.example", "alice"), (request.Subject.Issuer, request.Subject.Id));
        Assert.Equal(KeyValuePair.Create("x-plan", "gold"), Assert.Single(request.Identity.All));
    }

    [Fact]
    public async Task Listed_header_that_the_answer_lacks_is_as_a_mutator_before_set_it_else_empty_and_never_the_clients()
    {
        var mutator = Make("{ api: { url: http://127.0.0.1/ }, headers: [X-Plan, X-Before, Authorization] }");

        var (_, request) = await MutatorHost.RunAsync(mutator, before: one => one.Identity.Set("X-Before", "50%"), headers: ("Authorization", "Bearer forged"));

        Assert.Equal(("gold", "50%25", ""), (request.Identity.Find("X-Plan"), request.Identity.Find("X-Before"), request.Identity.Find("Authorization")));
    }

    [Theory]
    [InlineData("""{ "subject": "mallory" }""", "another subject"), InlineData("{}", "another subject"), InlineData("""{ "subject": null }""", "another subject"), InlineData("""{ "subject": ["alice"] }""", "another subject")]
    [InlineData("""{ "subject": "alice", "subject": "mallory" }""", "repeats a member"), InlineData("""{ "subject": "mallory", "subject": "alice" }""", "repeats a member")]
    [InlineData("", "no JSON"), InlineData("[]", "no JSON object"), InlineData("""{ "subject": "alice", "extra": [] }""", "extra"), InlineData("""{ "subject": "alice", "header": { "A": "b" } }""", "header")]
    public async Task Answer_that_is_not_about_this_subject_or_has_another_form_refuses_the_request(string answer, string why)
    {
        _service.Answer = _ => ScriptedCaller.Status(200, answer);

        var (outcome, request) = await MutatorHost.RunAsync(Make("{ api: { url: http://127.0.0.1/ } }"));

        var refused = Assert.IsType<MutationOutcome.Refused>(outcome);
        Assert.Equal(ProxyRefusals.IdentityUnavailable, refused.Refusal);
        Assert.Contains(why, refused.Why, StringComparison.Ordinal);
        Assert.Equal("{}", request.Subject.Claims.GetRawText());
    }

    [Theory]
    [InlineData(201), InlineData(204), InlineData(302), InlineData(401), InlineData(403), InlineData(429), InlineData(500)]
    public async Task Only_200_is_an_answer(int status)
    {
        _service.Answer = _ => ScriptedCaller.Status(status, Alice);

        Assert.Equal(ProxyRefusals.IdentityUnavailable, Assert.IsType<MutationOutcome.Refused>((await MutatorHost.RunAsync(Make("{ api: { url: http://127.0.0.1/ } }"))).Outcome).Refusal);
    }

    [Fact]
    public async Task Unreachable_service_refuses_instead_of_forwarding_without_what_it_knows()
    {
        _service.Answer = _ => new RemoteOutcome.Unanswered("there was no answer in time");

        Assert.IsType<MutationOutcome.Refused>((await MutatorHost.RunAsync(Make("{ api: { url: http://127.0.0.1/ } }"))).Outcome);
    }

    [Fact]
    public async Task No_header_of_the_clients_leaves_unless_the_rule_lists_it()
    {
        await MutatorHost.RunAsync(
            Make("{ api: { url: http://127.0.0.1/ }, forward_http_headers: [X-Request-Id] }"),
            headers: [("Authorization", "Bearer secret-a"), ("Cookie", "session=secret-b"), ("X-Api-Key", "secret-c"), ("X-Request-Id", "7")]);

        var asked = Assert.Single(_service.Asked);
        Assert.Equal(KeyValuePair.Create("X-Request-Id", "7"), Assert.Single(asked.Headers));
        Assert.DoesNotContain("secret", Body(asked), StringComparison.Ordinal);
        Assert.Equal("7", JsonDocument.Parse(Body(asked)).RootElement.GetProperty("match_context").GetProperty("header").GetProperty("X-Request-Id")[0].GetString());
    }

    [Fact]
    public async Task Oathkeepers_rules_may_list_credentials_and_still_never_our_own_cookies()
    {
        await MutatorHost.RunAsync(
            Make("{ api: { url: http://127.0.0.1/, auth: { basic: { username: hydrate, password: not-a-secret } } }, forward_http_headers: [Authorization, Cookie] }", RuleForm.Oathkeeper),
            headers: [("Authorization", "Bearer a"), ("Cookie", "__Host-authproxy=secret; theme=dark")]);

        var asked = Assert.Single(_service.Asked);
        Assert.Equal("Basic aHlkcmF0ZTpub3QtYS1zZWNyZXQ=", Assert.Single(asked.Headers, header => header.Key == "Authorization").Value);
        Assert.Equal("theme=dark", Assert.Single(asked.Headers, header => header.Key == "Cookie").Value);
        Assert.DoesNotContain("secret", Body(asked), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RuleForm.Oathkeeper, "http://127.0.0.1/h", "/?a=1&b=2", "http://127.0.0.1/h?a=1&b=2")]
    [InlineData(RuleForm.Oathkeeper, "http://127.0.0.1/h?tenant=t", "/?a=1", "http://127.0.0.1/h?tenant=t&a=1")]
    [InlineData(RuleForm.Oathkeeper, "http://127.0.0.1/h?tenant=t", "/?tenant=u&a=1", "http://127.0.0.1/h?tenant=t&a=1")]
    [InlineData(RuleForm.Oathkeeper, "http://127.0.0.1/h?tenant=t", "/?%74enant=u&TENANT[]=v;tenant=w", "http://127.0.0.1/h?tenant=t")]
    [InlineData(RuleForm.Oathkeeper, "http://127.0.0.1/h?tenant=t", "/", "http://127.0.0.1/h?tenant=t")]
    [InlineData(RuleForm.AuthProxy, "http://127.0.0.1/h", "/?a=1", "http://127.0.0.1/h")]
    public async Task Clients_query_never_says_what_the_rules_address_says_already(object form, string url, string target, string expected)
    {
        await MutatorHost.RunAsync(Make($"{{ api: {{ url: '{url}' }} }}", (RuleForm)form), target: target);

        Assert.Equal(expected, Assert.Single(_service.Asked).Address.AbsoluteUri);
    }

    [Fact]
    public async Task Same_session_is_not_asked_for_again_within_its_time()
    {
        var mutator = Make("{ api: { url: http://127.0.0.1/ }, cache: { enabled: true, ttl: 30s } }");
        await MutatorHost.RunAsync(mutator);
        var (_, second) = await MutatorHost.RunAsync(mutator);
        Assert.Single(_service.Asked);
        Assert.Equal("""{ "plan": "gold" }""", second.Subject.Claims.GetRawText());

        _clock.Advance(TimeSpan.FromSeconds(30));
        await MutatorHost.RunAsync(mutator);
        Assert.Equal(2, _service.Asked.Count);
    }

    [Fact]
    public async Task Answer_about_one_session_is_never_used_for_another()
    {
        var mutator = Make("{ api: { url: http://127.0.0.1/ }, forward_http_headers: [X-Tenant], cache: { enabled: true } }");
        await MutatorHost.RunAsync(mutator);
        await MutatorHost.RunAsync(mutator, Requests.Alice("""{ "a": 1 }"""));
        await MutatorHost.RunAsync(mutator, Requests.Alice() with { Issuer = "https://other.example" });
        await MutatorHost.RunAsync(mutator, Requests.Alice() with { Id = "bob" });
        await MutatorHost.RunAsync(mutator, target: "/other");
        await MutatorHost.RunAsync(mutator, headers: ("X-Tenant", "t"));

        Assert.Equal(6, _service.Asked.Count);
    }

    [Fact]
    public async Task Refused_answer_is_not_remembered()
    {
        var mutator = Make("{ api: { url: http://127.0.0.1/ }, cache: { enabled: true } }");
        _service.Answer = _ => ScriptedCaller.Status(500);
        await MutatorHost.RunAsync(mutator);
        _service.Answer = _ => ScriptedCaller.Status(200, Alice);

        Assert.IsType<MutationOutcome.Done>((await MutatorHost.RunAsync(mutator)).Outcome);
    }

    [Fact]
    public async Task Cache_without_its_switch_does_nothing()
    {
        var mutator = Make("{ api: { url: http://127.0.0.1/ }, cache: { ttl: 1h } }");
        await MutatorHost.RunAsync(mutator);
        await MutatorHost.RunAsync(mutator);

        Assert.Equal(2, _service.Asked.Count);
    }

    [Fact]
    public void Retries_of_old_rules_are_read_where_they_stand()
    {
        var use = Requests.Use("{ api: { url: http://127.0.0.1/ }, retry: { number_of_retries: 5, delay_in_milliseconds: 500 } }", RuleForm.Oathkeeper);

        Assert.True(use.TryRead(HydratorSettings.Schema, out var settings), string.Join('\n', use.Faults));
        Assert.Equal(new RetrySettings(TimeSpan.FromMilliseconds(2500), TimeSpan.FromMilliseconds(500)), settings.Api.Retry);
        Assert.NotEmpty(use.Faults.Warnings);
    }

    [Theory]
    [InlineData("{}", "url")]
    [InlineData("{ api: { url: 'http://name:word@127.0.0.1/' } }", "leave out user")]
    [InlineData("{ api: { url: 'http://profiles.example/' } }", "plain http")]
    [InlineData("{ api: { url: http://127.0.0.1/ }, forward_http_headers: [Authorization] }", "credentials")]
    [InlineData("{ api: { url: http://127.0.0.1/ }, forward_http_headers: [cookie] }", "credentials")]
    [InlineData("{ api: { url: http://127.0.0.1/ }, forward_http_headers: [Accept-Encoding] }", "question itself decides")]
    [InlineData("{ api: { url: http://127.0.0.1/ }, headers: [Host] }", "forwarding decides")]
    [InlineData("{ api: { url: http://127.0.0.1/, auth: { basic: { username: 'a:b', password: c } } } }", "colon")]
    public void Use_that_cannot_work_is_a_fault(string config, string fault) =>
        Assert.Contains(fault, MutatorHost.FaultsOf(Kind(), config), StringComparison.Ordinal);

    [Fact]
    public void Its_service_is_a_destination() => Assert.Equal(["api.url"], ((IHandlerKind<IMutator>)Kind()).Destinations);

    private static string Body(RemoteRequest asked) => Encoding.UTF8.GetString(asked.Body!.Value.Span);

    private HydratorMutatorKind Kind() => new(_service, _clock);

    private IMutator Make(string config, RuleForm form = RuleForm.AuthProxy) => MutatorHost.Make(Kind(), config, form);
}
