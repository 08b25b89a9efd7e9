using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Keys;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Sanitizing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Proxy.Tests.Matching;

public sealed class RulePreparerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("authproxy-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Headers_that_any_rule_sets_are_reserved_for_all_in_every_spelling()
    {
        var rules = Prepare("mutators: [ { handler: header, config: { headers: { X-Team: a, Authorization: b } } } ]").Rules!;

        Assert.All(["X-Team", "x_team", "X.TEAM"], spelling => Assert.True(UntrustedHeaders.Contains(spelling, rules.ReservedHeaderNames)));
        Assert.False(UntrustedHeaders.Contains("Authorization", rules.ReservedHeaderNames));
    }

    [Fact]
    public void Known_subject_may_pass_where_a_rule_asks_nothing() =>
        Assert.Equal(["allow"], Prepare("").Rules!.Rules.Single().Authorizers.Select(authorizer => authorizer.Name));

    [Fact]
    public void Requirement_stands_beside_the_authorizers() =>
        Assert.Equal(["deny", "require"], Prepare("authorizers: [deny]\n    require: { groups: { any: [admins] } }").Rules!.Rules.Single().Authorizers.Select(authorizer => authorizer.Name));

    [Theory]
    [InlineData("", 300)]
    [InlineData("timeouts: { activity: 2s }", 2)]
    public void Streams_may_be_silent_as_long_as_the_rule_says_else_the_service(string rule, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Prepare(rule).Rules!.Rules.Single().Upstream!.Protocol.ActivityTimeout);

    [Theory]
    [InlineData("authorizers: [ { any_of: [allow, { not: alow }] } ]", "", "'alow', which does not exist")]
    [InlineData("authorizers: []", "", "authorizers")]
    [InlineData("authorizers: [alow]", "", "'alow', which does not exist")]
    [InlineData("mutators: [noop]", "mutators: { noop: { enabled: false } }", "switches off")]
    [InlineData("grants: { verify: [ { in: query, select: t } ] }", "tokenizer: { enabled: true, services_url: 'http://127.0.0.1:1', application: bank }", "needs a session")]
    [InlineData("errors: [ { handler: redirect, config: {} } ]", "", "to is missing")]
    [InlineData("upstream: tokenizer", "", "tokenizer.users_url")]
    [InlineData("upstream: 'http://127.0.0.1:4461'", "tokenizer: { enabled: true, users_url: 'http://127.0.0.1:4461' }", "write the word tokenizer")]
    [InlineData("", "errors: { fallback: [jsno] }", "'jsno', which does not exist")]
    [InlineData("", "serve: { proxy: { host: 0.0.0.0 } }", "without TLS")]
    [InlineData("", "serve: { proxy: { host: 0.0.0.0, public_urls: ['http://app.example.test'] } }", "plain http outside loopback")]
    public void Set_with_a_fault_is_not_taken(string rule, string configuration, string fault) =>
        Assert.Contains(fault, string.Join('\n', Prepare(rule, configuration).Faults), StringComparison.Ordinal);

    [Fact]
    public void Configuration_of_a_handler_that_does_not_exist_is_a_fault()
    {
        var faults = new ConfigFaults();
        using var services = Services(Requests.Settings("{ authenticators: { jtw: { enabled: true } }, errors: { handlers: { jsno: {} } } }"));

        services.GetRequiredService<HandlerCatalogue>().Check(faults);

        Assert.Contains(faults, fault => fault.ToString().Contains("authenticators.jtw", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.ToString().Contains("errors.handlers.jsno", StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_config_is_laid_over_the_handlers_global_one()
    {
        var loaded = Prepare(
            "mutators: [ { handler: header, config: { headers: { X-Own: b } } } ]",
            "mutators: { header: { config: { headers: { X-Shared: a } } } }");

        Assert.Equal(["X-Shared", "X-Own"], loaded.Rules!.Rules.Single().Mutators.Single().HeaderNames);
    }

    private LoadedRules Prepare(string rule, string configuration = "")
    {
        var path = Path.Combine(_folder, "rules.yaml");
        File.WriteAllText(path,
            $"""
            version: authproxy/v1
            rules:
              - id: r
                match: {"{"} path: "/**" {"}"}
                authenticators: [anonymous]
                {(rule.Contains("upstream", StringComparison.Ordinal) ? "" : "upstream: http://127.0.0.1:3000")}
                {rule}
            """);
        var document = ConfigDocument.Parse(
            $"access_rules: {{ repositories: ['file://{path}'] }}\ndata_folder: '{_folder}/data'\n{configuration}", "test.yaml", "AUTHPROXY", new Dictionary<string, string>());
        if (document.Read(ProxySettings.Schema) is not { } settings)
        {
            return new LoadedRules(null, [.. document.Faults], []);
        }

        using var services = Services(settings);
        return services.GetRequiredService<RuleLoader>().Load();
    }

    private ServiceProvider Services(ProxySettings settings) =>
        new ServiceCollection().AddLogging(logging => logging.ClearProviders())
            .AddProxy(settings, null, ProxyKeys.Load(Path.Combine(_folder, "keys"), new ConfigFaults())!, TimeProvider.System).BuildServiceProvider();
}
