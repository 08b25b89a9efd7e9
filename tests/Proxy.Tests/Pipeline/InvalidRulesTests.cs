using System.Net.Http.Headers;
using AuthProxy.Proxy.Matching;
using AuthProxy.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Proxy.Tests.Pipeline;

/// <summary>The reference's rules that can be read but not used, in both ways that an operator may choose.</summary>
public sealed class InvalidRulesTests : IAsyncLifetime
{
    private static readonly (string Rule, string Fault)[] Faults =
    [
        ("unknown-authenticator", "authenticators[0] is 'nonsense', which does not exist"),
        ("no-authenticators", "authenticators is empty"),
        ("no-authorizer", "authorizer is missing"),
        ("no-mutators", "mutators is empty"),
        ("bad-config", "authenticators[0].config.required_audience is not a known key"),
        ("bad-upstream", "upstream.url is not a valid URL"),
        ("second-bad", "authenticators[1].config.jwks_urls"),
    ];

    private StubService _application = null!;

    private string Sample => File.ReadAllText(Path.Combine(Repository.Root, "tests", "Rules.Tests", "OathkeeperRules", "17-invalid-rules.yaml"))
        .Replace("http://backend.test", _application.Address, StringComparison.Ordinal);

    public async Task InitializeAsync() => _application = await StubService.StartAsync();

    public async Task DisposeAsync() => await _application.DisposeAsync();

    [Fact]
    public async Task By_default_nothing_starts_and_every_fault_is_told_at_once()
    {
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => RunningProxy.StartAsync(Sample));

        Assert.All(Faults, expected => Assert.Contains($"rule '{expected.Rule}': {expected.Fault}", refusal.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("rule 'good'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_that_turn_invalid_while_it_runs_leave_the_last_good_ones_in_force()
    {
        var clock = new FakeClock();
        await using var proxy = await RunningProxy.StartAsync(Sample[Sample.IndexOf("- id: good", StringComparison.Ordinal)..], replace: services => services.AddSingleton<TimeProvider>(clock));

        await File.WriteAllTextAsync(proxy.RulesFile, Sample);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(200, (await AskAsync(proxy, "/good")).Status);
        Assert.Equal(404, (await AskAsync(proxy, "/no-mutators")).Status);
    }

    [Theory]
    [InlineData("/unknown-authenticator", 500, "rule-invalid")]
    [InlineData("/no-authenticators", 500, "rule-invalid")]
    [InlineData("/no-authorizer", 500, "rule-invalid")]
    [InlineData("/no-mutators", 500, "rule-invalid")]
    [InlineData("/bad-config", 500, "rule-invalid")]
    [InlineData("/bad-upstream", 502, "upstream-unreachable")]
    [InlineData("/second-bad", 200, null)]
    [InlineData("/second-bad", 500, "rule-invalid", true)]
    [InlineData("/good", 200, null)]
    [InlineData("/good", 200, null, true)]
    public async Task As_in_oathkeeper_an_invalid_rule_answers_500_where_its_fault_is(string path, int status, string? reason, bool authorization = false)
    {
        await using var proxy = await RunningProxy.StartAsync(Sample, accessRules: ", invalid_rules: answer_500");

        Assert.Equal((status, reason), await AskAsync(proxy, path, authorization));
        Assert.Equal(status == 200, !_application.Arrived.IsEmpty);
    }

    [Fact]
    public async Task Only_good_rules_are_shown_and_make_the_proxy_ready()
    {
        await using var proxy = await RunningProxy.StartAsync(Sample, accessRules: ", invalid_rules: answer_500");
        var rules = proxy.Services.GetRequiredService<RuleSource>().Current;

        Assert.Equal(8, rules.Rules.Count);
        Assert.Equal("good", Assert.Single(rules.Valid).Rule.Id);
        Assert.True(proxy.Services.GetRequiredService<RuleReloader>().IsReady);
    }

    [Fact]
    public async Task Proxy_with_nothing_but_invalid_rules_is_not_ready()
    {
        await using var proxy = await RunningProxy.StartAsync(Sample[..Sample.IndexOf("- id: good", StringComparison.Ordinal)], accessRules: ", invalid_rules: answer_500");

        Assert.False(proxy.Services.GetRequiredService<RuleReloader>().IsReady);
    }

    [Fact]
    public async Task Every_fault_of_a_rule_that_is_kept_is_told_too()
    {
        await using var proxy = await RunningProxy.StartAsync(Sample, accessRules: ", invalid_rules: answer_500");

        var told = proxy.Services.GetRequiredService<RuleLoader>().Load().Tolerated.Select(fault => fault.ToString()).ToList();

        Assert.All(Faults, expected => Assert.Contains(told, fault => fault.Contains($"rule '{expected.Rule}': {expected.Fault}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Headers_of_an_invalid_rule_stay_taken_from_clients_on_every_rule()
    {
        await using var proxy = await RunningProxy.StartAsync(
            Sample + "- { id: broken, match: { url: \"http://bad.test/broken\", methods: [GET] }, authenticators: [{handler: noop}], authorizer: {handler: allow}, mutators: [{handler: header, config: { headers: { X-Team: \"{{ .Nothing }\" } }}] }\n",
            accessRules: ", invalid_rules: answer_500");

        using var request = Request("/good");
        request.Headers.TryAddWithoutValidation("X_Team", "mallory");
        using var answer = await proxy.Client.SendAsync(request);

        Assert.True(_application.Arrived.TryDequeue(out var arrived));
        Assert.DoesNotContain("mallory", arrived.Headers.Values);
        Assert.Equal((500, "rule-invalid"), await AskAsync(proxy, "/broken"));
    }

    [Fact]
    public async Task Invalid_error_handler_answers_500_when_it_is_asked()
    {
        await using var proxy = await RunningProxy.StartAsync(
            "- { id: denied, match: { url: \"http://bad.test/denied\", methods: [GET] }, authenticators: [{handler: unauthorized}], authorizer: {handler: allow}, mutators: [{handler: noop}], errors: [{handler: nonsense}] }",
            accessRules: ", invalid_rules: answer_500");

        Assert.Equal((500, "rule-invalid"), await AskAsync(proxy, "/denied"));
    }

    private static async Task<(int Status, string? Reason)> AskAsync(RunningProxy proxy, string path, bool authorization = false)
    {
        using var request = Request(path);
        request.Headers.Authorization = authorization ? new AuthenticationHeaderValue("Bearer", "a.b.c") : null;
        using var answer = await proxy.Client.SendAsync(request);
        return ((int)answer.StatusCode, answer.Headers.TryGetValues("X-AuthProxy-Refusal", out var reason) ? reason.Single() : null);
    }

    private static HttpRequestMessage Request(string path) => new(HttpMethod.Get, path) { Headers = { Host = "bad.test" } };
}
