using AuthProxy.Hosting;
using AuthProxy.TestKit;
using AuthProxy.Tokenizer.Audit.Checkpoints;
using AuthProxy.Tokenizer.Cli;
using AuthProxy.Tokenizer.Tests.Hosted;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Tokenizer.Tests.Storage.Postgres;

/// <summary>The commands of auditors, with rights that only read, beside a Tokenizer that runs.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresAuditCommandsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();
    private string _schema = "";
    private VaultHost _host = null!;

    public async Task InitializeAsync()
    {
        _schema = await postgres.NewSchemaAsync();
        _host = await VaultHost.StartAsync(more: $$"""
            {{PostgresVaultTests.Configuration(_schema)}}
            audit: { checkpoints: { file: {{_folder.File("shipped.jws")}} } }
            """);
        await _host.ReadAsync(Person.Alice, await _host.KeepAsync(Person.Alice));
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
    public async Task An_auditor_who_may_only_read_verifies_and_exports()
    {
        await PostgresFixture.ExecuteAsync(_schema, """
            CREATE ROLE auditor LOGIN;
            DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO auditor', current_schema()); END $$;
            GRANT SELECT ON lookup_keys, master_keys, audit_chains, audit_lines, audit_checkpoints TO auditor
            """);

        var auditor = _schema.Replace($"Username={PostgresServer.Superuser}", "Username=auditor", StringComparison.Ordinal);

        Assert.Equal((ExitCodes.Success, ""), (await RunAsAsync(auditor, "verify", "--checkpoints", _folder.File("shipped.jws")), _errors.ToString()));
        Assert.Contains("the audit is whole: 4 lines in 1 chains, 1 checkpoints in the database, 1 shipped ones", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Success, await RunAsAsync(auditor, "export"));
        Assert.Contains("\"subject\":\"alice\"", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tail_that_was_cut_off_together_with_the_chains_end_is_found()
    {
        await PostgresFixture.ExecuteAsync(_schema, """
            DELETE FROM audit_lines WHERE sequence > 2;
            UPDATE audit_chains SET sequence = 2, head = (SELECT sha256(line) FROM audit_lines WHERE sequence = 2)
            """);

        Assert.Equal(ExitCodes.Failure, await RunAsync("verify"));
        Assert.Contains("line 3 is missing, and so are those up to 4", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_database_is_told_and_stays_empty()
    {
        var empty = await postgres.NewSchemaAsync();

        Assert.Equal(ExitCodes.Unavailable, await RunAsAsync(empty, "verify"));
        Assert.False(await PostgresFixture.ReadAsync<bool>(empty, "SELECT to_regclass('master_keys') IS NOT NULL"));
    }

    private Task<int> RunAsync(params string[] arguments) => RunAsAsync(_schema, arguments);

    private async Task<int> RunAsAsync(string connectionString, params string[] arguments)
    {
        var configuration = await File.ReadAllTextAsync(_host.ConfigurationFile);
        await File.WriteAllTextAsync(_folder.File("auditor.yaml"), configuration.Replace(_schema, connectionString, StringComparison.Ordinal));
        return await CommandLine.RunAsync(["audit", .. arguments, "--config", _folder.File("auditor.yaml")], _output, _errors, default);
    }
}
