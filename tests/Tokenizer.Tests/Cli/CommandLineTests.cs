using System.Net;
using System.Net.Sockets;
using AuthProxy.Hosting;
using AuthProxy.Tokenizer.Cli;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(), InlineData("server"), InlineData("serve"), InlineData("serve", "--config"), InlineData("serve", "--config", "a", "b"), InlineData("config", "--config", "a")]
    public async Task What_is_not_understood_is_an_error(params string[] arguments)
    {
        Assert.Equal(ExitCodes.Usage, await RunAsync(arguments));
        Assert.Contains("usage: tokenizer", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_no_error() => Assert.Equal(ExitCodes.Success, await RunAsync("--help"));

    [Fact]
    public async Task A_good_file_is_said_to_be_good_and_nothing_is_opened()
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("config", "check", "--config", Configuration()));
        Assert.Contains("good", _output.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("data")));
    }

    [Fact]
    public async Task All_faults_are_printed_at_once_with_their_lines()
    {
        var file = Configuration("grants: { default: 2h }\nunknown: 1\n");

        Assert.Equal(ExitCodes.Configuration, await RunAsync("config", "check", "--config", file));
        Assert.Equal(ExitCodes.Configuration, await RunAsync("serve", "--config", file));
        Assert.Contains($"{file}:5: grants.default is longer than maximum", _errors.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{file}:6: unknown", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_a_fault_of_the_configuration() =>
        Assert.Equal(ExitCodes.Configuration, await RunAsync("serve", "--config", _folder.File("nowhere.yaml")));

    [Fact]
    public async Task The_first_start_makes_a_key_and_the_next_one_uses_it()
    {
        await OpenOnceAsync();
        var key = await File.ReadAllTextAsync(_folder.File("data/keys/master-1.key"));

        await OpenOnceAsync();
        Assert.Equal(key, await File.ReadAllTextAsync(_folder.File("data/keys/master-1.key")));
    }

    [Fact]
    public async Task A_lost_master_key_is_told_and_no_new_one_is_made()
    {
        await OpenOnceAsync();
        File.Delete(_folder.File("data/keys/master-1.key"));

        Assert.Equal(ExitCodes.Unavailable, await RunAsync("serve", "--config", Configuration()));
        Assert.Contains("the database was written under master key version 1, and", _errors.ToString(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder.File("data/keys")));
    }

    [Fact]
    public async Task A_wrong_master_key_is_told()
    {
        await OpenOnceAsync();
        File.Delete(_folder.File("data/keys/master-1.key"));
        MasterKeyFiles.Generate(_folder.File("data/keys"));

        Assert.Equal(ExitCodes.Unavailable, await RunAsync("serve", "--config", Configuration()));
        Assert.Contains("master key version 1 is not the key that the database was written under", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_none_is_told()
    {
        Directory.CreateDirectory(_folder.File("data"));
        await File.WriteAllTextAsync(_folder.File("data/tokenizer.db"), new string('x', 5000));

        Assert.Equal(ExitCodes.Unavailable, await RunAsync("serve", "--config", Configuration()));
        Assert.Contains("tokenizer.db cannot be opened", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_is_told()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        Assert.Equal(ExitCodes.Address, await RunAsync("serve", "--config", Configuration(port: ((IPEndPoint)taken.LocalEndpoint).Port)));
        Assert.Contains("address", _errors.ToString(), StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] arguments) => CommandLine.RunAsync(arguments, _output, _errors, CancellationToken.None);

    /// <summary>What a start does before it listens, and an end after it.</summary>
    private async Task OpenOnceAsync()
    {
        var settings = await ConfigurationFile.ReadAsync(Configuration(), _errors, default);
        await using var vault = await OpenedVault.OpenAsync(settings!, default);
    }

    private string Configuration(string more = "", int port = 0)
    {
        var file = _folder.File("tokenizer.yaml");
        File.WriteAllText(file, $$"""
            realm: demo
            serve: { users: { port: {{port}} }, services: { port: 0 }, drain: { delay: 0s, timeout: 1s } }
            applications: [{ name: bank, vault_url: https://vault.example.com }]
            trust: [{ name: proxy, roles: [sidecar], issuer: i, jwks_file: k, applications: [bank] }]
            {{more}}
            data_folder: {{_folder.File("data")}}
            """);
        return file;
    }
}
