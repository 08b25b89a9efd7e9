using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Keys;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.OpenIdConnect;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Proxy.Tests.Mutation.AccessToken;

public sealed class PassedOnTokensTests : IDisposable
{
    private const string Staff = "https://id.example.test/staff";
    private const string Customers = "https://id.example.test/customers";
    private const string Passing = "{ id: calendar, match: { path: /calendar/** }, authenticators: [oidc], mutators: [access_token] }";
    private const string PassingForCalendar = "{ id: calendar, match: { path: /calendar/** }, authenticators: [oidc], mutators: [ { handler: access_token, config: { audience: [calendar] } } ] }";

    private readonly string _folder = Directory.CreateTempSubdirectory("authproxy-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Token_of_a_provider_whose_tokens_another_rule_takes_as_a_bearers_own_is_not_passed_on() =>
        Assert.Contains("jwt of rule 'api' takes as a bearer's own", await FaultsAsync(Passing, Taking(Staff, "orders")), StringComparison.Ordinal);

    [Fact]
    public async Task Fault_stands_where_the_token_is_passed_on() =>
        Assert.Contains("rules.yaml:4", await FaultsAsync(Passing, Taking(Staff, "orders")), StringComparison.Ordinal);

    [Fact]
    public async Task Token_for_the_upstream_alone_is_passed_on_beside_a_rule_that_takes_others() =>
        Assert.Empty(await FaultsAsync(PassingForCalendar, Taking(Staff, "orders")));

    [Theory]
    [InlineData("calendar"), InlineData("calendar, orders"), InlineData("orders")]
    public async Task Audience_that_another_rule_takes_is_a_load_error(string audience) =>
        Assert.Contains("access tokens of " + Staff, await FaultsAsync(PassingFor("orders, calendar"), Taking(Staff, audience)), StringComparison.Ordinal);

    [Fact]
    public async Task Rule_that_wants_more_than_the_tokens_audience_takes_none_of_them() =>
        Assert.Empty(await FaultsAsync(PassingForCalendar, Taking(Staff, "calendar, orders")));

    [Fact]
    public async Task Tokens_of_another_provider_are_somebody_elses() => Assert.Empty(await FaultsAsync(Passing.Replace("[oidc]", "[ { handler: oidc, config: { provider: staff } } ]", StringComparison.Ordinal), Taking(Customers, "orders")));

    [Fact]
    public async Task Rule_that_names_no_provider_may_pass_on_tokens_of_each() =>
        Assert.Contains("access tokens of " + Customers, await FaultsAsync(Passing, Taking(Customers, "orders")), StringComparison.Ordinal);

    [Fact]
    public async Task Rule_whose_tokens_another_service_knows_counts_too() =>
        Assert.Contains(
            "oauth2_introspection of rule 'api' takes",
            await FaultsAsync(Passing, $"{{ id: api, match: {{ path: /api/** }}, authenticators: [ {{ handler: oauth2_introspection, config: {{ introspection_url: 'https://id.example.test/introspect', trusted_issuers: ['{Staff}'], target_audience: [orders] }} }} ] }}"),
            StringComparison.Ordinal);

    [Fact]
    public async Task Introspection_of_tokens_of_anybody_takes_the_providers_too() =>
        Assert.Contains(
            "oauth2_introspection of rule 'api' takes",
            await FaultsAsync(Passing, "{ id: api, match: { path: /api/** }, authenticators: [ { handler: oauth2_introspection, config: { introspection_url: 'https://other.example.test/introspect' } } ] }"),
            StringComparison.Ordinal);

    [Fact]
    public async Task Service_that_may_take_them_is_a_warning()
    {
        var loaded = await LoadAsync(OurForm(Passing, "{ id: api, match: { path: /api/** }, authenticators: [ { handler: bearer_token, config: { check_session_url: 'https://sessions.example.test/whoami' } } ] }"));

        Assert.Empty(loaded.Faults);
        Assert.Contains("bearer_token of rule 'api' asks may take them", string.Join('\n', loaded.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_that_is_kept_although_it_is_invalid_passes_nothing_on()
    {
        var loaded = await LoadAsync(
            $$"""
            - id: calendar
              match: { url: 'https://app.example.test/calendar/<.*>', methods: [GET] }
              upstream: { url: 'http://127.0.0.1:3000' }
              authenticators: [ { handler: oidc } ]
              authorizer: { handler: allow }
              mutators: [ { handler: access_token } ]
            - id: api
              match: { url: 'https://app.example.test/api/<.*>', methods: [GET] }
              upstream: { url: 'http://127.0.0.1:3000' }
              authenticators: [ { handler: jwt, config: { jwks_urls: ['https://id.example.test/jwks'] } } ]
              authorizer: { handler: allow }
              mutators: [ { handler: noop } ]
            """,
            "mutators: { access_token: { enabled: true }, noop: { enabled: true } }\nauthorizers: { allow: { enabled: true } }");

        Assert.Empty(loaded.Faults);
        Assert.Contains("takes as a bearer's own", string.Join('\n', loaded.Tolerated), StringComparison.Ordinal);
        var rule = loaded.Rules!.Rules[0];
        Assert.True(rule.IsInvalid);
        Assert.IsType<FaultyHandler>(rule.Mutators[0]);
    }

    private static string PassingFor(string audience) => PassingForCalendar.Replace("[calendar]", $"[{audience}]", StringComparison.Ordinal);

    private static string Taking(string issuer, string audience) =>
        $"{{ id: api, match: {{ path: /api/** }}, authenticators: [ {{ handler: jwt, config: {{ jwks_urls: ['https://id.example.test/jwks'], trusted_issuers: ['{issuer}'], target_audience: [{audience}] }} }} ] }}";

    private async Task<string> FaultsAsync(params string[] rules) => string.Join('\n', (await LoadAsync(OurForm(rules))).Faults);

    private static string OurForm(params string[] rules) =>
        $$"""
        version: authproxy/v1
        defaults: { upstream: http://127.0.0.1:3000 }
        rules:
        {{string.Join('\n', rules.Select(rule => "- " + rule))}}
        """;

    private async Task<LoadedRules> LoadAsync(string rules, string configuration = "")
    {
        var path = Path.Combine(_folder, "rules.yaml");
        await File.WriteAllTextAsync(path, rules);
        var document = ConfigDocument.Parse(
            $$"""
            access_rules: { repositories: ['file://{{path}}'], invalid_rules: answer_500 }
            data_folder: '{{_folder}}/data'
            serve: { proxy: { public_urls: ['https://app.example.test'] } }
            {{configuration}}
            authenticators:
              jwt: { enabled: true }
              oidc:
                enabled: true
                config:
                  providers:
                    staff: { issuer: '{{Staff}}', client_id: authproxy, client_secret: secret }
                    customers: { issuer: '{{Customers}}', client_id: authproxy, client_secret: other }
            """,
            "test.yaml", "AUTHPROXY", new Dictionary<string, string>());
        var settings = document.Read(ProxySettings.Schema) ?? throw new InvalidOperationException(string.Join('\n', document.Faults));
        var faults = new ConfigFaults();
        var oidc = settings.ReadOidc(faults);
        Assert.Empty(faults);
        await using var services = new ServiceCollection().AddLogging(logging => logging.ClearProviders())
            .AddProxy(settings, oidc, ProxyKeys.Load(Path.Combine(_folder, "keys"), new ConfigFaults())!, TimeProvider.System).BuildServiceProvider();
        return services.GetRequiredService<RuleLoader>().Load();
    }
}
