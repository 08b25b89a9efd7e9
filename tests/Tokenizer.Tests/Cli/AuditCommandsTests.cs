using System.Text.Json;
using AuthProxy.Hosting;
using AuthProxy.Tokenizer.Audit.Checkpoints;
using AuthProxy.Tokenizer.Cli;
using AuthProxy.Tokenizer.Tests.Audit;
using AuthProxy.Tokenizer.Tests.Hosted;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Tokenizer.Tests.Cli;

/// <summary>The commands of auditors, against the database of a Tokenizer that runs.</summary>
public sealed class AuditCommandsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();
    private VaultHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await VaultHost.StartAsync(more: $"audit: {{ checkpoints: {{ file: {_folder.File("shipped.jws")} }} }}");
        await _host.ReadAsync(Person.Alice, await _host.KeepAsync(Person.Alice));
        (await _host.DetokenizeAsync(Person.Bob, "lunasec-00000000-0000-4000-8000-000000000000")).IsRefused(403, "grant-missing");
        await _host.Parts.GetRequiredService<CheckpointRounds>().RunAsync(default);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _output.DisposeAsync();
        await _errors.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Whole_audit_ends_with_success()
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("verify", "--checkpoints", _folder.File("shipped.jws")));
        Assert.Equal("the audit is whole: 5 lines in 1 chains, 1 checkpoints in the database, 1 shipped ones; 0 lines wait for the next checkpoint\n", _output.ToString());
    }

    [Fact]
    public async Task Changed_line_ends_with_failure_and_is_named()
    {
        Execute("UPDATE audit_lines SET line = CAST(substr(line, 1, 60) || x'00' || substr(line, 62) AS BLOB) WHERE sequence = 3");

        Assert.Equal(ExitCodes.Failure, await RunAsync("verify"));
        Assert.Contains(": line 3 was", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("the audit is NOT whole", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checkpoint_that_the_database_has_lost_ends_with_failure()
    {
        Execute("DELETE FROM audit_checkpoints");

        Assert.Equal(ExitCodes.Success, await RunAsync("verify"));
        Assert.Equal(ExitCodes.Failure, await RunAsync("verify", "--checkpoints", _folder.File("shipped.jws")));
        Assert.Contains("checkpoint 1 was shipped and is not in the database", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_a_line_at_the_sink_is_passed_over()
    {
        var whole = await File.ReadAllTextAsync(_folder.File("shipped.jws"));
        await File.WriteAllTextAsync(_folder.File("shipped.jws"), whole[..40] + "\n" + whole);

        Assert.Equal(ExitCodes.Success, await RunAsync("verify", "--checkpoints", _folder.File("shipped.jws")));
        Assert.Contains("1 shipped ones", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_were_kept_elsewhere_are_those_that_count()
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("keys"));
        await File.WriteAllTextAsync(_folder.File("ours.json"), _output.ToString());
        await File.WriteAllTextAsync(_folder.File("none.json"), """{"keys":[]}""");

        Assert.DoesNotContain("\"d\"", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Success, await RunAsync("verify", "--jwks", _folder.File("ours.json")));
        Assert.Equal(ExitCodes.Failure, await RunAsync("verify", "--jwks", _folder.File("none.json")));
    }

    [Fact]
    public async Task Export_is_one_object_a_line_and_filters()
    {
        Assert.Equal(["tokenize", "upload", "detokenize", "download", "detokenize"], await ExportAsync());
        Assert.Equal(["detokenize"], await ExportAsync("--session", await HashAsync(Person.Bob.Sid)));
        Assert.Equal(["detokenize"], await ExportAsync("--token", await HashAsync("lunasec-00000000-0000-4000-8000-000000000000")));
        Assert.Empty(await ExportAsync("--since", "2031-01-01"));
        Assert.Equal(5, (await ExportAsync("--since", "2030-01-02T03:04:05Z", "--until", "2030-01-02T03:04:06Z")).Length);
        Assert.Empty(await ExportAsync("--until", "2030-01-02T03:04:05Z"));
    }

    [Fact]
    public async Task Export_of_a_changed_line_says_so()
    {
        Execute("UPDATE audit_lines SET line = x'00' WHERE sequence = 3");

        Assert.Equal(ExitCodes.Failure, await RunAsync("export"));
        Assert.Contains("line 3 of chain", _errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(), InlineData("verify", "--jwks"), InlineData("verify", "--jwks", "a", "--jwks", "b"), InlineData("export", "--since", "soon")]
    [InlineData("export", "--token", "lunasec-1"), InlineData("export", "--checkpoints", "a"), InlineData("destroy")]
    public async Task What_is_not_understood_is_an_error(params string[] arguments) => Assert.Equal(ExitCodes.Usage, await RunAsync(arguments));

    [Fact]
    public async Task Database_that_is_not_there_is_told_and_not_made()
    {
        var file = _folder.File("tokenizer.yaml");
        await File.WriteAllTextAsync(file, $$"""
            realm: demo
            data_folder: {{_folder.File("nowhere")}}
            applications: [{ name: bank, vault_url: https://vault.example.com }]
            trust: [{ name: proxy, roles: [sidecar], issuer: i, jwks_file: k, applications: [bank] }]
            """);

        Assert.Equal(ExitCodes.Unavailable, await CommandLine.RunAsync(["audit", "verify", "--config", file], _output, _errors, default));
        Assert.False(Directory.Exists(_folder.File("nowhere")));
    }

    private Task<int> RunAsync(params string[] arguments) =>
        CommandLine.RunAsync(["audit", .. arguments, "--config", _host.ConfigurationFile], _output, _errors, default);

    private async Task<string[]> ExportAsync(params string[] filters)
    {
        _output.GetStringBuilder().Clear();
        Assert.Equal(ExitCodes.Success, await RunAsync(["export", .. filters]));
        return [.. _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.TryText("action")!)];
    }

    private async Task<string> HashAsync(string text)
    {
        using var output = new StringWriter();
        using var input = new StringReader(text + "\n");
        Assert.Equal(ExitCodes.Success, await AuditHashCommand.RunAsync(_host.ConfigurationFile, input, output, _errors, default));
        return output.ToString().Trim().Split(' ')[1];
    }

    private void Execute(string sql)
    {
        using var database = new Database(_host);
        Assert.True(database.Execute(sql) > 0);
    }
}
