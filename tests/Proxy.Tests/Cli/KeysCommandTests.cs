using System.Text;
using System.Text.Json;
using AuthProxy.Hosting;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Jose;
using AuthProxy.Proxy.Cli;
using AuthProxy.Proxy.Keys;
using AuthProxy.Proxy.Sessions.Sealing;

namespace AuthProxy.Proxy.Tests.Cli;

public sealed class KeysCommandTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("keys").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("ES256"), InlineData("RS256")]
    public async Task Key_is_printed_as_pem_by_default(string algorithm)
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("--alg", algorithm));

        Assert.Equal(algorithm, Assert.IsType<SigningKeyOutcome.Loaded>(SigningKey.FromPem(_output.ToString())).Key.Algorithm);
    }

    [Fact]
    public async Task Key_set_is_private_and_can_be_read_back()
    {
        await RunAsync("--as", "jwks");

        using var json = JsonDocument.Parse(_output.ToString());
        var key = json.RootElement.GetProperty("keys")[0];
        Assert.IsType<SigningKeyOutcome.Loaded>(SigningKey.FromJwk(Encoding.UTF8.GetBytes(key.GetRawText())));
    }

    [Fact]
    public async Task Key_in_a_folder_is_readable_by_its_owner_only_and_the_next_one_leaves_it_alone()
    {
        await RunAsync("--folder", _folder);
        var first = _output.ToString().Trim();
        var before = await File.ReadAllTextAsync(first);
        _output.GetStringBuilder().Clear();

        await RunAsync("--folder", _folder);

        var second = _output.ToString().Trim();
        Assert.NotEqual(first, second);
        Assert.Equal(before, await File.ReadAllTextAsync(first));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, ModeOf(second));
        var ring = Assert.IsType<SigningKeyRingOutcome.Loaded>(SigningKeyRing.LoadFolder(_folder)).Ring;
        Assert.NotNull(ring.Previous);
    }

    [Fact]
    public async Task Key_set_in_a_folder_is_readable_by_its_owner_only()
    {
        await RunAsync("--folder", _folder, "--as", "jwks");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, ModeOf(_output.ToString().Trim()));
    }

    [Fact]
    public async Task Secret_holds_every_key_of_the_keys_folder()
    {
        await RunAsync("--as", "secret", "--name", "bank-keys");

        var faults = new ConfigFaults();
        var secret = (ConfigMapping)ConfigReader.ReadText(_output.ToString(), "secret.yaml", faults)[0];
        var data = (ConfigMapping)secret["data"]!;
        Assert.Empty(faults);
        Assert.Equal("bank-keys", ((ConfigScalar)((ConfigMapping)secret["metadata"]!)["name"]!).Text);
        Assert.IsType<SigningKeyOutcome.Loaded>(SigningKey.FromPem(Encoding.ASCII.GetString(Decode(data["0001.pem"]!))));
        Assert.Equal(32, Convert.FromBase64String(Encoding.ASCII.GetString(Decode(data["1.key"]!)).Trim()).Length);
        Assert.Equal(32, Decode(data["realm-bearer.key"]!).Length);
    }

    [Fact]
    public async Task Mounted_secret_is_read_whole_by_a_proxy_that_may_write_nothing()
    {
        await RunAsync("--as", "secret");
        var data = (ConfigMapping)((ConfigMapping)ConfigReader.ReadText(_output.ToString(), "secret.yaml", new ConfigFaults())[0])["data"]!;
        foreach (var name in (string[])["0001.pem", "1.key", "realm-bearer.key"])
        {
            await File.WriteAllBytesAsync(Path.Combine(_folder, name), Decode(data[name]!));
        }

        var faults = new ConfigFaults();
        var keys = ProxyKeys.Load(_folder, faults);
        var realm = RealmKeys.Load(_folder, "bank", generate: false, TimeProvider.System);

        Assert.Empty(faults);
        Assert.Equal(Decode(data["realm-bearer.key"]!), keys!.Bearer.Bytes);
        Assert.Equal(1u, Assert.Single(realm.All).Version);
        Assert.Equal(3, Directory.GetFiles(_folder).Length);
    }

    [Theory]
    [InlineData("--as", "secret", "--folder", "x"), InlineData("--alg", "HS256"), InlineData("--as", "der")]
    public async Task What_cannot_be_made_is_said(params string[] arguments)
    {
        Assert.Equal(ExitCodes.Usage, await RunAsync(arguments));
        Assert.NotEmpty(_error.ToString());
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task Folder_that_cannot_be_written_is_a_failure_without_a_stack_trace()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "");

        Assert.Equal(ExitCodes.Failure, await RunAsync("--folder", Path.Combine(file, "keys")));
        Assert.DoesNotContain("   at ", _error.ToString(), StringComparison.Ordinal);
    }

    private static UnixFileMode ModeOf(string path) =>
        OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(path);

    private static byte[] Decode(ConfigNode node) => Convert.FromBase64String(((ConfigScalar)node).Text);

    private Task<int> RunAsync(params string[] arguments) =>
        new CommandLine([KeysCommand.Generate], new CommandConsole(_output, _error)).RunAsync(["keys", "generate", .. arguments], CancellationToken.None);
}
