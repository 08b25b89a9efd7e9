using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Keys;
using AuthProxy.Proxy.Matching;
using AuthProxy.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Proxy.Tests.Matching;

/// <summary>What the operator of an Oathkeeper did not enable, its rules never use.</summary>
public sealed class EnabledHandlersTests : IDisposable
{
    private const string Rule = "- { id: r, match: { url: \"http://a.test/x\", methods: [GET] }, authenticators: [{ handler: noop }], authorizer: { handler: allow }, mutators: [{ handler: noop }], errors: [{ handler: json }] }";
    private const string Enabled = "authenticators: { noop: { enabled: true } }\nauthorizers: { allow: { enabled: true } }\nmutators: { noop: { enabled: true } }\n";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rule_whose_handlers_are_enabled_is_taken_and_json_needs_no_word() => Assert.Empty(Load(Enabled).Faults);

    [Fact]
    public void Handler_that_is_not_enabled_is_a_fault_that_says_what_to_write()
    {
        var faults = Load("").Faults.Select(fault => fault.ToString()).ToList();

        Assert.Equal(3, faults.Count);
        Assert.Contains("rule 'r': authenticators[0] is 'noop', which is not enabled; write authenticators.noop.enabled: true", faults[0], StringComparison.Ordinal);
        Assert.Contains("authorizer is 'allow', which is not enabled; write authorizers.allow.enabled: true", faults[1], StringComparison.Ordinal);
        Assert.Contains("mutators[0] is 'noop'", faults[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("errors: { handlers: { json: { enabled: false } } }", "errors.handlers.json.enabled switches off")]
    [InlineData("errors: { fallback: [redirect], handlers: { redirect: { config: { to: /x } } } }", "errors.fallback is 'redirect', which is not enabled; write errors.handlers.redirect.enabled: true")]
    public void Error_handlers_are_enabled_like_all_others(string configuration, string fault) =>
        Assert.Contains(Load(Enabled + configuration).Faults, told => told.ToString().Contains(fault, StringComparison.Ordinal));

    [Fact]
    public void Rules_of_our_form_use_what_is_not_switched_off() =>
        Assert.Empty(Load("", "version: authproxy/v1\nrules: [ { id: r, match: { path: /x }, authenticators: [noop], upstream: \"http://127.0.0.1:1\", mutators: [noop] } ]").Faults);

    [Fact]
    public void Rules_that_are_tried_without_a_configuration_may_use_all() => Assert.Empty(Load("", enabledByDefault: true).Faults);

    [Theory]
    [InlineData("authenticators: { jwt: { config: { jwks_ulrs: [] } } }", "authenticators.jwt.config.jwks_ulrs is not a known key; did you mean jwks_urls?", 1)]
    [InlineData("authenticators: { jwt: { enabled: false, config: { jwks_ulrs: [] } } }", "", 0)]
    [InlineData("authenticators: { jwt: { config: { jwks_urls: [] } } }", "", 0)]
    [InlineData("errors: { handlers: { redirect: { config: { too: x, when: [ { errr: [forbidden] } ] } } } }", "errors.handlers.redirect.config.when[0].errr is not a known key", 2)]
    public void Key_that_no_handler_has_is_found_although_no_rule_uses_it(string configuration, string fault, int count)
    {
        var faults = new ConfigFaults();
        using var services = Services(configuration, false);

        services.GetRequiredService<HandlerCatalogue>().Check(faults);

        Assert.Equal(count, faults.Count);
        Assert.True(count == 0 || faults.Any(told => told.ToString().Contains(fault, StringComparison.Ordinal)), string.Join('\n', faults));
    }

    [Fact]
    public void Settings_of_the_samples_handlers_are_right_as_far_as_the_handlers_exist()
    {
        var faults = new ConfigFaults();
        using var services = Services(File.ReadAllText(Path.Combine(Repository.Root, "tests", "Rules.Tests", "OathkeeperRules", "config.yaml")), false);

        services.GetRequiredService<HandlerCatalogue>().Check(faults);

        Assert.All(faults, fault => Assert.StartsWith("does not exist", fault.Message, StringComparison.Ordinal));
    }

    private LoadedRules Load(string configuration, string rules = Rule, bool enabledByDefault = false)
    {
        var path = _folder.Write("rules.yaml", rules);
        using var services = Services($"access_rules: {{ repositories: '{path}' }}\n{configuration}", enabledByDefault);
        return services.GetRequiredService<RuleLoader>().Load();
    }

    private ServiceProvider Services(string configuration, bool enabledByDefault)
    {
        var settings = Requests.Settings(configuration) with { HandlersAreEnabledByDefault = enabledByDefault, DataFolder = _folder.Path };
        return new ServiceCollection().AddLogging(logging => logging.ClearProviders())
            .AddProxy(settings, null, ProxyKeys.Load(settings.KeysFolder, new ConfigFaults())!, TimeProvider.System).BuildServiceProvider();
    }
}
