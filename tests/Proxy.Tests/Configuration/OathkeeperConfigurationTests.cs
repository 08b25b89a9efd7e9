using System.Text;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Rules.Loading;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Configuration;

/// <summary>A file that was written for Oathkeeper starts this Proxy as it is, or says what keeps it from doing so.</summary>
public class OathkeeperConfigurationTests
{
    private const string EveryKey = """
        version: v0.40.9
        profiling: cpu
        sqa: { opt_out: true }
        log: { level: debug, format: gelf, leak_sensitive_values: false, redaction_text: "***" }
        tracing:
          provider: jaeger
          service_name: oathkeeper
          providers: { jaeger: { local_agent_address: "127.0.0.1:6831" }, otlp: { server_url: "127.0.0.1:4318", insecure: true, sampling: { sampling_ratio: 0.5 } } }
        serve:
          proxy:
            host: 127.0.0.1
            port: 4455
            trust_forwarded_headers: true
            timeout: { read: 5s, write: 120s, idle: 120s }
            cors:
              enabled: true
              allowed_origins: ["https://app.example.com", "https://*.example.com"]
              allowed_methods: [GET, POST]
              allowed_headers: [Authorization]
              exposed_headers: [X-Total]
              allow_credentials: true
              max_age: 60
              debug: true
          api: { host: "", port: 4456, timeout: { read: 5s }, cors: { enabled: true } }
          prometheus: { host: localhost, port: 9000, metrics_path: /metrics, metric_name_prefix: x_, hide_request_paths: true, collapse_request_paths: false }
        access_rules: { matching_strategy: regexp, repositories: "file://./rules.json" }
        authenticators: { noop: { enabled: true }, jwt: { enabled: true, config: { jwks_urls: ["https://issuer.example/keys"] } } }
        authorizers: { allow: { enabled: true } }
        mutators: { noop: { enabled: true } }
        errors: { fallback: [json], handlers: { json: { enabled: true, config: { verbose: true } } } }
        """;

    [Fact]
    public void Every_key_of_oathkeepers_is_supported_or_accepted_with_a_warning()
    {
        var document = ConfigDocument.Parse(EveryKey, "oathkeeper.yaml", "AUTHPROXY", new Dictionary<string, string>());

        var settings = document.Read(ProxySettings.Schema);

        Assert.Empty(document.Faults);
        var cors = settings!.Serve.Proxy.Cors!;
        Assert.Equal((true, true, false), (cors.AllowsOrigin("https://app.example.com"), cors.AllowsOrigin("https://other.example.com"), cors.AllowsOrigin("https://evil-example.com")));
        Assert.Equal((true, 60), (cors.AllowCredentials, cors.MaxAge));
        Assert.Equal("*", settings.Serve.Api.Host);
        Assert.Equal(
            ["log.redaction_text", "profiling", "serve.api.cors", "serve.api.timeout", "serve.prometheus", "serve.proxy.cors.debug", "serve.proxy.timeout", "serve.proxy.trust_forwarded_headers", "sqa", "tracing.provider", "tracing.providers.jaeger", "version"],
            document.Faults.Warnings.Select(warning => warning.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("false", "", 0)]
    [InlineData("true", ", trusted_networks: [10.0.0.0/8]", 0)]
    [InlineData("true", "", 1)]
    public void Trust_in_forwarded_headers_asks_whom_to_trust(string trust, string networks, int warnings)
    {
        var document = ConfigDocument.Parse($"serve: {{ proxy: {{ trust_forwarded_headers: {trust}{networks} }} }}", "oathkeeper.yaml", "AUTHPROXY", new Dictionary<string, string>());

        Assert.NotNull(document.Read(ProxySettings.Schema));
        Assert.Equal(warnings, document.Faults.Warnings.Count(warning => warning.Message.Contains("trusted_networks", StringComparison.Ordinal)));
    }

    [Fact]
    public void Sample_configuration_is_read_without_a_fault()
    {
        var path = Path.Combine(Repository.Root, "tests", "Rules.Tests", "OathkeeperRules", "config.yaml");
        var document = ConfigDocument.Load(path, "AUTHPROXY", new Dictionary<string, string>());

        var settings = document.Read(ProxySettings.Schema);

        Assert.Empty(document.Faults);
        Assert.Empty(document.Faults.Warnings);
        Assert.Equal("./01-public.yaml", Assert.IsType<RuleOrigin.Files>(settings!.AccessRules.Sources.Single().Origin).Path);
    }

    [Fact]
    public void Repositories_are_paths_texts_and_addresses()
    {
        var inline = Convert.ToBase64String(Encoding.UTF8.GetBytes("[]"));
        var sources = Sources($"repositories: [./a.yaml, 'file:///b.json', 'inline://{inline}', 'https://rules.example/c?token=secret', 'http://127.0.0.1:1/d']", out _);

        Assert.Equal(new RuleOrigin.Files("./a.yaml", true), sources[0]);
        Assert.Equal(new RuleOrigin.Files("/b.json", true), sources[1]);
        Assert.Equal("[]", Encoding.UTF8.GetString(Assert.IsType<RuleOrigin.Inline>(sources[2]).Utf8.Span));
        Assert.Equal(("https://rules.example/c", TimeSpan.FromMinutes(1)), (Assert.IsType<RuleOrigin.Address>(sources[3]).Name, ((RuleOrigin.Address)sources[3]).Interval));
    }

    [Theory]
    [InlineData("repositories: ['s3://bucket/rules.json']", "access_rules.repositories[0] is in an object store")]
    [InlineData("repositories: ['gs://bucket/rules.json']", "object store")]
    [InlineData("repositories: azblob://bucket/rules.json", "access_rules.repositories is in an object store")]
    [InlineData("repositories: ['ftp://a/b']", "is no source of rules")]
    [InlineData("repositories: ['file://']", "is no source of rules")]
    [InlineData("repositories: ['inline://W10']", "holds no base64")]
    [InlineData("repositories: ['inline://']", "holds no base64")]
    [InlineData("repositories: ['https://user:pass@rules.example/c']", "holds user information")]
    [InlineData("sources: [ { url: 'http://rules.example/c' } ]", "write https")]
    [InlineData("sources: [ { url: 'https://user:pass@rules.example/c' } ]", "no user information")]
    [InlineData("sources: [ { url: 'https://rules.example/c', interval: 1s } ]", "at least 5s")]
    [InlineData("sources: [ { url: 'https://rules.example/c', path: /a } ]", "exactly one of path and url")]
    [InlineData("sources: [ { hosts: [a] } ]", "exactly one of path and url")]
    [InlineData("sources: [ { path: /a, interval: 1m } ]", "which are for a url")]
    [InlineData("invalid_rules: ignore", "one of refuse, answer_500")]
    [InlineData("strip_path: anywhere", "one of prefix, first_occurrence")]
    public void Source_that_cannot_be_used_is_a_fault_that_shows_no_password(string accessRules, string fault)
    {
        Sources(accessRules, out var faults);

        Assert.Contains(faults, told => told.ToString().Contains(fault, StringComparison.Ordinal));
        Assert.DoesNotContain(faults, told => told.ToString().Contains("pass", StringComparison.Ordinal));
    }

    [Fact]
    public void Plain_http_repository_of_another_machine_is_a_warning()
    {
        Sources("repositories: ['http://rules.example/c']", out var faults);

        Assert.Empty(faults);
        Assert.Contains("write https", Assert.Single(faults.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_options_are_read() =>
        Assert.Equal(
            new OathkeeperOptions { KeepInvalidRules = true, StripFirstOccurrence = true },
            Requests.Settings("access_rules: { invalid_rules: answer_500, strip_path: first_occurrence }").AccessRules.Oathkeeper);

    [Fact]
    public void Oathkeepers_environment_is_told_of_once_and_without_its_values()
    {
        var faults = new ConfigFaults();
        OathkeeperEnvironment.Warn(
            new Dictionary<string, string> { ["SERVE_PROXY_PORT"] = "secret", ["AUTHENTICATORS_NOOP_ENABLED"] = "1", ["ACCESS_RULES_REPOSITORIES"] = "x", ["PATH"] = "/bin", ["AUTHPROXY__REALM"] = "a" }, faults);

        var warning = Assert.Single(faults.Warnings).ToString();
        Assert.Contains("ACCESS_RULES_REPOSITORIES, AUTHENTICATORS_NOOP_ENABLED, SERVE_PROXY_PORT;", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", warning, StringComparison.Ordinal);
    }

    private static List<RuleOrigin> Sources(string accessRules, out ConfigFaults faults)
    {
        var document = ConfigDocument.Parse($"access_rules: {{ {accessRules} }}", "test.yaml", "AUTHPROXY", new Dictionary<string, string>());
        var settings = document.Read(ProxySettings.Schema);
        faults = document.Faults;
        return settings is null ? [] : [.. settings.AccessRules.Sources.Select(source => source.Origin)];
    }
}
