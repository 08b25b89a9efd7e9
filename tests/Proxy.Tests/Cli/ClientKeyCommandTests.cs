using System.Text.Json;
using AuthProxy.Hosting;
using AuthProxy.Jose;
using AuthProxy.Proxy.Cli;

namespace AuthProxy.Proxy.Tests.Cli;

public sealed class ClientKeyCommandTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("keys").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("ES256"), InlineData("RS256")]
    public async Task Public_half_is_printed_as_the_provider_needs_it_and_no_other(string algorithm)
    {
        var key = SigningKey.Generate(algorithm);

        Assert.Equal(ExitCodes.Success, await RunAsync(One(key)));

        using var printed = JsonDocument.Parse(_output.ToString());
        var jwk = Assert.Single(printed.RootElement.GetProperty("keys").EnumerateArray());
        Assert.Equal((key.KeyId, algorithm, "sig"), (jwk.GetProperty("kid").GetString(), jwk.GetProperty("alg").GetString(), jwk.GetProperty("use").GetString()));
        Assert.DoesNotContain(jwk.EnumerateObject(), member => member.Name is "d" or "p" or "q" or "dp" or "dq" or "qi" or "k");
    }

    [Fact]
    public async Task Name_chooses_among_several_providers()
    {
        var (one, other) = (SigningKey.Generate(), SigningKey.Generate());

        Assert.Equal(ExitCodes.Success, await RunAsync(Two(one, other), "customers"));

        Assert.Contains(other.KeyId, _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(one.KeyId, _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_keys_without_a_name_are_a_question_and_no_guess()
    {
        Assert.Equal(ExitCodes.Usage, await RunAsync(Two(SigningKey.Generate(), SigningKey.Generate())));

        Assert.Empty(_output.ToString());
        Assert.Contains("staff, customers", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provider_that_does_not_exist_is_a_wrong_command_line() => Assert.Equal(ExitCodes.Usage, await RunAsync(One(SigningKey.Generate()), "nobody"));

    [Theory]
    [InlineData("default"), InlineData(null)]
    public async Task Client_with_a_secret_has_no_key_to_show(string? name)
    {
        Assert.Equal(ExitCodes.Failure, await RunAsync("issuer: https://id.example.com, client_id: authproxy, client_secret: secret", name));

        Assert.Empty(_output.ToString());
        Assert.DoesNotContain("client_secret", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_of_the_configuration_are_told() => Assert.Equal(ExitCodes.Configuration, await RunAsync("issuer: nonsense"));

    private static string Two(SigningKey one, SigningKey other) => $"providers: {{ staff: {{ {One(one)} }}, customers: {{ {One(other)} }} }}";

    private static string One(SigningKey key) =>
        $"issuer: https://id.example.com, client_id: authproxy, client_authentication: private_key_jwt, client_key: {JsonSerializer.Serialize(key.ToPem())}";

    private async Task<int> RunAsync(string oidc, string? name = null)
    {
        var file = Path.Combine(_folder, "authproxy.yaml");
        await File.WriteAllTextAsync(file, $"serve: {{ proxy: {{ public_urls: [https://app.example.com] }} }}\nauthenticators: {{ oidc: {{ config: {{ {oidc} }} }} }}\n");
        var (arguments, fault) = CommandArguments.Parse(ClientKeyCommand.Command, name is null ? ["--config", file] : [name, "--config", file]);
        Assert.NotNull(arguments);
        Assert.Empty(fault);
        return await ClientKeyCommand.Command.RunAsync(arguments, new CommandConsole(_output, _error), default);
    }
}
