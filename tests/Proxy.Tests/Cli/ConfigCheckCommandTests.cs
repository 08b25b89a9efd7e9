using System.Text.Json;
using AuthProxy.Hosting;
using AuthProxy.Proxy.Cli;

namespace AuthProxy.Proxy.Tests.Cli;

public sealed class ConfigCheckCommandTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("config-check").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Good_configuration_says_what_listens_and_what_to_register()
    {
        Write("");

        Assert.Equal(ExitCodes.Success, await RunAsync());

        Assert.Equal(
            $"""
            {Config} has no faults.
            listener proxy: http://127.0.0.1:4455
            listener api: http://127.0.0.1:4456
            listener admin: unix:{_folder}/data/admin.sock
            rules: 1 from 1 file
            redirect URI to register at the provider: http://bank.app.localhost:4455/.authproxy/callback
            post-logout redirect URI to register at the provider: http://bank.app.localhost:4455/.authproxy/signed-out
            back-channel logout URI (session required) to register at the provider: http://bank.app.localhost:4455/.authproxy/backchannel-logout

            """, _output.ToString());
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task Several_providers_have_a_redirect_URI_each()
    {
        Write("", oidc: "providers: { staff: { issuer: https://id.example.com, client_id: a }, customers: { issuer: https://jd.example.com, client_id: b } }");

        Assert.Equal(ExitCodes.Success, await RunAsync());

        Assert.Contains("redirect URI to register at provider staff: http://bank.app.localhost:4455/.authproxy/callback/staff\n", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("redirect URI to register at provider customers: http://bank.app.localhost:4455/.authproxy/callback/customers\n", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("back-channel logout URI (session required) to register at provider staff: http://bank.app.localhost:4455/.authproxy/backchannel-logout/staff\n", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("post-logout redirect URI to register at every provider: http://bank.app.localhost:4455/.authproxy/signed-out\n", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("provider: staff", null)]
    [InlineData("provider: [customers, staff]", null)]
    [InlineData("provider: nobody", "rule 'orders': authenticators[0] names the provider 'nobody', which does not exist (known: staff, customers)")]
    [InlineData("provider: []", "rule 'orders': authenticators[0].config.provider")]
    [InlineData("issuer: https://evil.example.com", "rule 'orders': authenticators[0].config.issuer is not a known key")]
    [InlineData("providers: { staff: { issuer: https://evil.example.com } }", "rule 'orders': authenticators[0].config.providers is not a known key")]
    public async Task Rule_says_whose_sessions_count_and_never_who_the_providers_are(string config, string? fault)
    {
        Write(
            "", $"- {{ id: orders, match: {{ path: /** }}, authenticators: [ {{ handler: oidc, config: {{ {config} }} }} ], upstream: 'http://127.0.0.1:9' }}",
            "providers: { staff: { issuer: https://id.example.com, client_id: a }, customers: { issuer: https://jd.example.com, client_id: b } }");

        Assert.Equal(fault is null ? ExitCodes.Success : ExitCodes.Configuration, await RunAsync());

        Assert.Contains(fault ?? "", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_leaves_nothing_behind()
    {
        Write("");

        await RunAsync();

        Assert.Equal(["authproxy.yaml", "rules.yaml"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_fault_is_told_at_once_whichever_file_it_is_in()
    {
        Write("assertion: { ttl: 10m }\nunheard_of: 1");
        Assert.Equal(ExitCodes.Configuration, await RunAsync());
        Assert.Contains("assertion.ttl is 10m; at most 60s", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("unheard_of", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("2 faults; nothing would start.", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    [Theory]
    [InlineData("assertion: { ttl: 10m }", "assertion.ttl is 10m")]
    [InlineData("sessions: { store: file }\nunheard_of: 1", "sessions.store")]
    [InlineData("drain: { dely: 1s }", "drain.dely is not a known key")]
    public async Task Faults_of_rules_and_handlers_are_told_beside_those_of_the_configuration(string more, string fault)
    {
        Write(more + "\nauthorizers: { alow: { enabled: true } }", rule: "- { id: orders, match: { path: /** }, authenticators: [oidk], upstream: \"http://127.0.0.1:9\" }");

        Assert.Equal(ExitCodes.Configuration, await RunAsync());

        Assert.Contains(fault, _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("rule 'orders': authenticators[0] is 'oidk'", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("authorizers.alow does not exist", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_are_not_held_to_what_cannot_be_read()
    {
        Write("tokenizer: { enabled: true, services_url: nowhere }", rule: """
            - { id: ssn, match: { path: /** }, authenticators: [oidc], upstream: "http://127.0.0.1:9", grants: { verify: [ { in: query, select: t } ] } }
            - { id: twice, match: { path: /** }, authenticators: [oidc], upstream: "http://127.0.0.1:9" }
            """);

        Assert.Equal(ExitCodes.Configuration, await RunAsync());

        Assert.Contains("tokenizer.services_url", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("rule 'twice': match ties with", _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("needs a Tokenizer", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_with_rules_is_not_asked_and_that_is_said()
    {
        Write("");
        await File.WriteAllTextAsync(Config, (await File.ReadAllTextAsync(Config)).Replace("repositories: [", "repositories: [\"https://rules.example/a\", ", StringComparison.Ordinal));

        Assert.Equal(ExitCodes.Success, await RunAsync());

        Assert.Contains("https://rules.example/a: the address is not asked by a check", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_that_names_a_handler_that_does_not_exist_is_found()
    {
        Write("", rule: "- { id: orders, match: { path: /** }, authenticators: [oidk], upstream: \"http://127.0.0.1:9\" }");

        Assert.Equal(ExitCodes.Configuration, await RunAsync());

        Assert.Contains("rules.yaml:3: rule 'orders': authenticators[0] is 'oidk'", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grant_check_without_a_tokenizer_or_without_a_session_is_found()
    {
        Write("", rule: """
            - { id: ssn, match: { path: /** }, authenticators: [oidc], upstream: "http://127.0.0.1:9", grants: { verify: [ { in: query, select: t } ] } }
            - { id: open, match: { path: /open }, authenticators: [oidc, anonymous], upstream: "http://127.0.0.1:9", grants: { verify: [ { in: query, select: t } ] } }
            """);

        Assert.Equal(ExitCodes.Configuration, await RunAsync());

        Assert.Contains("rules.yaml:3: rule 'ssn': grants needs a Tokenizer", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("'anonymous' gives none", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_key_that_cannot_be_read_is_found()
    {
        Write("");
        Directory.CreateDirectory(Path.Combine(_folder, "data", "keys"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "data", "keys", "0001.pem"), "no key");

        Assert.Equal(ExitCodes.Configuration, await RunAsync());

        Assert.Contains("0001.pem", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_file_is_a_fault_and_no_stack_trace()
    {
        Assert.Equal(ExitCodes.Configuration, await RunAsync());
        Assert.Contains("does not exist", _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_says_the_same_for_programs()
    {
        Write("");
        Assert.Equal(ExitCodes.Success, await RunAsync("--output", "json"));
        using var good = JsonDocument.Parse(_output.ToString());
        Assert.True(good.RootElement.GetProperty("valid").GetBoolean());
        Assert.Equal("http://bank.app.localhost:4455/.authproxy/callback", good.RootElement.GetProperty("redirect_uris")[0].GetString());

        _output.GetStringBuilder().Clear();
        Write("assertion: { ttl: 10m }");
        Assert.Equal(ExitCodes.Configuration, await RunAsync("--output", "json"));
        using var bad = JsonDocument.Parse(_output.ToString());
        Assert.False(bad.RootElement.GetProperty("valid").GetBoolean());
        Assert.Equal("assertion.ttl", bad.RootElement.GetProperty("faults")[0].GetProperty("key").GetString());
    }

    private string Config => Path.Combine(_folder, "authproxy.yaml");

    private void Write(
        string more, string rule = """- { id: orders, match: { path: /** }, authenticators: [oidc], upstream: "http://127.0.0.1:9" }""",
        string oidc = "issuer: 'http://127.0.0.1:4480', client_id: authproxy")
    {
        File.WriteAllText(Path.Combine(_folder, "rules.yaml"), "version: authproxy/v1\nrules:\n" + rule);
        File.WriteAllText(Config, $$"""
            data_folder: {{_folder}}/data
            serve: { proxy: { public_urls: ["http://bank.app.localhost:4455"] } }
            access_rules: { repositories: ["{{_folder}}/rules.yaml"] }
            authenticators: { oidc: { config: { {{oidc}} } } }
            {{more}}
            """);
    }

    private Task<int> RunAsync(params string[] arguments) =>
        new CommandLine([ConfigCheckCommand.Command], new CommandConsole(_output, _error))
            .RunAsync(["config", "check", "--config", Config, .. arguments], CancellationToken.None);
}
