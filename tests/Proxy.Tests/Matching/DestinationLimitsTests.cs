using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Proxy.Tests.Matching;

/// <summary>Team A must not have this machine call, read or believe what nobody allowed team A to name.</summary>
public class DestinationLimitsTests
{
    private static readonly RuleSourceLimits Bank = new() { Hosts = ["bank.test"], Destinations = ["https://login.test/keys"] };

    [Theory]
    [InlineData("jwks_urls: ['https://login.test/keys']", true)]
    [InlineData("jwks_urls: 'https://login.test/keys'", true)]
    [InlineData("trusted_issuers: ['https://evil.test']", true)]
    [InlineData("jwks_urls: ['https://evil.test/keys']", false)]
    [InlineData("jwks_urls: 'https://evil.test/keys'", false)]
    [InlineData("jwks_urls: ['https://login.test/keys', 'https://evil.test/keys']", false)]
    [InlineData("jwks_urls: ['https://login.test/keys/../evil']", false)]
    [InlineData("jwks_urls: ['file:///var/lib/authproxy/keys/current.pem']", false)]
    [InlineData("jwks_urls: ['http://169.254.169.254/latest/meta-data']", false)]
    [InlineData("jwks_urls: [['https://login.test/keys']]", false)]
    [InlineData("jwks_urls: { a: 'https://login.test/keys' }", false)]
    public void Keys_of_the_rules_authors_own_are_a_load_error(string config, bool allowed) => Assert.Equal(allowed, Check("jwt", "jwks_urls", config, Bank).Count == 0);

    [Theory]
    [InlineData("api: { url: 'https://login.test/keys' }", true)]
    [InlineData("api: { url: 'http://169.254.169.254/' }", false)]
    [InlineData("api: [ 'http://169.254.169.254/' ]", false)]
    [InlineData("api: {}", true)]
    [InlineData("cache: {}", true)]
    public void Nested_key_that_names_another_service_is_a_load_error(string config, bool allowed) => Assert.Equal(allowed, Check("hydrator", "api.url", config, Bank).Count == 0);

    [Theory]
    [InlineData("redirect", "to: /login", true)]
    [InlineData("redirect", "to: 'https://evil.test/'", false)]
    [InlineData("api_key", "to: /etc/shadow", false)]
    public void Redirect_to_a_path_stays_on_the_rules_own_host_and_a_path_of_a_file_does_not(string handler, string config, bool allowed) =>
        Assert.Equal(allowed, Check(handler, "to", config, Bank).Count == 0);

    [Theory]
    [InlineData("api: { auth: { basic: { username: x, password_file: /var/lib/authproxy/keys/0001.pem } } }")]
    [InlineData("pre_authorization: { client_secret_file: /etc/shadow }")]
    [InlineData("additional_headers: { X-Key_file: /etc/shadow }")]
    public void Secret_from_a_file_of_the_rules_authors_choice_is_a_load_error(string config) => Assert.Single(Check("hydrator", "api.url", config, Bank));

    [Theory]
    [InlineData("authenticators: [ { handler: jwt, config: { jwks_urls: ['https://evil.test/keys'], trusted_issuers: [i], target_audience: [a] } } ]", "jwks_urls")]
    [InlineData("authorizers: [ { any_of: [ allow, { handler: remote, config: { remote: 'http://169.254.169.254/' } } ] } ]", "config.remote")]
    [InlineData("authenticators: [ { handler: api_key, config: { keys_file: /etc/keys.yaml } } ]", "keys_file")]
    [InlineData("mutators: [ { handler: id_token, config: { jwks_url: 'file:///etc/key.json' } } ]", "jwks_url")]
    [InlineData("mutators: [ { handler: hydrator, config: { api: { url: 'https://evil.test/' } } } ]", "api.url")]
    [InlineData("errors: [ { handler: redirect, config: { to: 'https://evil.test/' } } ]", "config.to")]
    public void Limited_source_is_held_to_its_destinations_when_its_rules_load(string rule, string fault)
    {
        using var folder = new TestKit.TestFolder();
        using var services = new ServiceCollection().AddLogging().AddProxy(
            Requests.Settings($"{{ data_folder: {folder.Path} }}"), null, Proxy.Rehearsal.RuleRehearsal.MakeKeys(), TimeProvider.System).BuildServiceProvider();
        var text = $"version: authproxy/v1\ndefaults: {{ upstream: 'http://127.0.0.1:1', authenticators: [anonymous] }}\nrules:\n- id: r\n  match: {{ host: bank.test, path: / }}\n  {rule}\n";
        var faults = new ConfigFaults();

        var prepared = services.GetRequiredService<RulePreparer>().Prepare(RuleFileReader.LoadText(text, "rules.yaml", new RuleSourceLimits { Hosts = ["bank.test"] }), 1, faults, new ConfigFaults());

        Assert.Null(prepared);
        Assert.Contains(faults, found => found.Key.Contains(fault, StringComparison.Ordinal) && found.Message.StartsWith("names what this source may not", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_list_of_destinations_any_other_limit_allows_none()
    {
        const string Keys = "jwks_urls: ['https://login.test/keys']";

        Assert.Empty(Check("jwt", "jwks_urls", Keys, RuleSourceLimits.None));
        Assert.Contains("rule 'r': authenticators[0].config.jwks_urls names what this source may not", Assert.Single(Check("jwt", "jwks_urls", Keys, new RuleSourceLimits { Hosts = ["bank.test"] })).ToString(), StringComparison.Ordinal);
        Assert.Single(Check("jwt", "jwks_urls", Keys, new RuleSourceLimits { Audiences = ["bank"] }));
        Assert.Single(Check("jwt", "jwks_urls", Keys, new RuleSourceLimits { Destinations = [] }));
    }

    private static ConfigFaults Check(string handler, string key, string config, RuleSourceLimits limits)
    {
        var faults = new ConfigFaults();
        var node = ConfigReader.ReadText($"{{ {config} }}", "rules.yaml", faults).Single();
        Assert.Equal(DestinationLimits.Forbids(handler, [key], new HandlerUse(handler, node, "rules.yaml", 1, "rule 'r': authenticators[0]"), limits, faults), faults.Any);
        return faults;
    }
}
