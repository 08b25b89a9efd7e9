using AuthProxy.Hosting;
using AuthProxy.Tokenizer.Cli;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Keys;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Cli;

/// <summary>The commands of keys beside a service that runs on the same database.</summary>
public sealed class KeysCommandsTests : VaultTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public async Task A_key_is_made_waits_seals_moves_everything_and_the_old_one_may_go()
    {
        var token = await Host.KeepAsync(Alice, "078-05-1120");
        Assert.Contains("version 1 (check", await RunAsync(ExitCodes.Success, "status"), StringComparison.Ordinal);

        Assert.Contains("version 2 was made", await RunAsync(ExitCodes.Success, "generate"), StringComparison.Ordinal);
        Assert.Contains("does not have master key version 2", await RunAsync(ExitCodes.Failure, "rotate", "--wait", "0s"), StringComparison.Ordinal);

        await NextReportAsync("has 1, 2, and seals with 1");
        Assert.Contains("waits; every replica has it", await RunAsync(ExitCodes.Success, "status"), StringComparison.Ordinal);
        Assert.Contains("has not learnt of it yet", await RunAsync(ExitCodes.Failure, "rotate", "--wait", "0s"), StringComparison.Ordinal);
        Assert.Contains("must not be destroyed, 'tokenizer keys rotate' moves them", await RunAsync(ExitCodes.Success, "status"), StringComparison.Ordinal);

        await NextReportAsync("and seals with 2");
        Assert.Contains("version 1 is retired", await RunAsync(ExitCodes.Success, "rotate"), StringComparison.Ordinal);
        Assert.Contains("take it out of the configuration of replica", await RunAsync(ExitCodes.Success, "status"), StringComparison.Ordinal);
        Assert.Equal("078-05-1120", await Host.ReadAsync(Alice, token));

        File.Delete(MasterKeyFiles.PathOf(Host.KeyFolder, 1));
        Assert.Contains("version 2 seals everything", await RunAsync(ExitCodes.Success, "rotate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_was_destroyed_too_early_is_named_and_nothing_is_written()
    {
        MasterKeyFiles.Generate(Host.KeyFolder, 2);
        File.Delete(MasterKeyFiles.PathOf(Host.KeyFolder, 1));

        var said = await RunAsync(ExitCodes.Unavailable, "rotate");

        Assert.Contains("was written under master key version 1, which was not given: give it again", said, StringComparison.Ordinal);
        Assert.Single((await Host.Store.ReadKeysAsync(default)).MasterKeys);
    }

    [Fact]
    public async Task A_service_whose_keys_are_lost_while_it_runs_goes_on_with_them_and_stays_ready()
    {
        var token = await Host.KeepAsync(Alice, "kept");
        File.WriteAllText(MasterKeyFiles.PathOf(Host.KeyFolder, 1), "no key");

        Host.Clock.Advance(Replica.Interval);
        await UntilAsync(() => Task.FromResult(Host.LogLines.Any(line => line.StartsWith("Error The master keys of the start stay in use", StringComparison.Ordinal))));

        Assert.Equal("kept", await Host.ReadAsync(Alice, token));
        Assert.True((await Host.Services.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Without_a_configuration_a_key_is_printed_and_kept_nowhere()
    {
        Assert.Equal(ExitCodes.Success, await CommandLine.RunAsync(["keys", "generate"], _output, _errors, default));

        Assert.True(MasterKeyFiles.TryParse(1, _output.ToString(), out _));
    }

    [Theory]
    [InlineData("soon"), InlineData("-1s")]
    public async Task A_wait_that_is_no_time_is_an_error(string wait) =>
        Assert.Contains("--wait", await RunAsync(ExitCodes.Usage, "rotate", "--wait", wait), StringComparison.Ordinal);

    [Fact]
    public async Task A_database_that_is_not_there_is_not_made()
    {
        var said = await RunAsync(ExitCodes.Unavailable, "status", _folder.File("elsewhere"));

        Assert.Contains("does not exist", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("elsewhere")));
    }

    /// <summary>The service reports, which it does by its own clock.</summary>
    private async Task NextReportAsync(string expected)
    {
        Host.Clock.Advance(Replica.Interval);
        await UntilAsync(async () => (await RunAsync(ExitCodes.Success, "status")).Contains(expected, StringComparison.Ordinal));
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private Task<string> RunAsync(int code, string command) => RunAsync(code, command, dataFolder: null);

    private Task<string> RunAsync(int code, string command, string option, string value) => RunAsync(code, command, null, option, value);

    /// <returns>What it said.</returns>
    private async Task<string> RunAsync(int code, string command, string? dataFolder, params string[] more)
    {
        var file = _folder.File("tokenizer.yaml");
        await File.WriteAllTextAsync(file, $$"""
            realm: demo
            data_folder: {{dataFolder ?? Path.GetDirectoryName(Host.Database)}}
            applications: [{ name: bank, vault_url: https://vault.example.com }]
            trust: [{ name: proxy, roles: [sidecar], issuer: i, jwks_file: k, applications: [bank] }]
            """);
        _output.GetStringBuilder().Clear();
        _errors.GetStringBuilder().Clear();
        var ended = await CommandLine.RunAsync(["keys", command, "--config", file, .. more], _output, _errors, default);
        var said = _output.ToString() + _errors;
        Assert.True(code == ended, said);
        return said;
    }
}
