using System.Text.Json;
using AuthProxy.Hosting;
using AuthProxy.Proxy.Cli;

namespace AuthProxy.Proxy.Tests.Cli;

public sealed class SchemaCommandsTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("schemas").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Names_are_listed_when_nothing_is_asked_for()
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("schema"));
        Assert.Contains("authenticators.jwt", _output.ToString().Split('\n'));
    }

    [Fact]
    public async Task Named_schema_is_printed_as_json()
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("schema", "mutators.header"));

        using var json = JsonDocument.Parse(_output.ToString());
        Assert.Equal("object", json.RootElement.GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("rules", "authenticators"), InlineData("oathkeeper-rules", "oathkeeper.authenticators")]
    public async Task Schema_of_rules_knows_the_settings_of_each_handler_and_wants_none_of_them_in_the_rule(string name, string definition)
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("schema", name));

        using var json = JsonDocument.Parse(_output.ToString());
        var definitions = json.RootElement.GetProperty("$defs");
        var use = definitions.GetProperty(definition);
        use = use.TryGetProperty("anyOf", out var forms) ? forms[1] : use;
        var jwt = use.GetProperty("allOf").EnumerateArray().Single(one => one.GetProperty("if").GetProperty("properties").GetProperty("handler").GetProperty("const").GetString() == "jwt");
        Assert.Equal("#/$defs/authenticators.jwt", jwt.GetProperty("then").GetProperty("properties").GetProperty("config").GetProperty("$ref").GetString());
        var config = definitions.GetProperty("authenticators.jwt");
        Assert.True(config.GetProperty("properties").TryGetProperty("jwks_urls", out _));
        Assert.False(config.TryGetProperty("allOf", out _));
    }

    [Fact]
    public async Task Unknown_name_is_an_error_that_names_the_nearest()
    {
        Assert.Equal(ExitCodes.Usage, await RunAsync("schema", "mutators.haeder"));
        Assert.Contains("did you mean mutators.header?", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_are_written_into_a_folder()
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("schema", "--out", _folder));

        Assert.Contains("authproxy.schema.json", Directory.EnumerateFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Documentation_has_a_section_for_each()
    {
        Assert.Equal(ExitCodes.Success, await RunAsync("docs"));

        Assert.Contains("\n## authproxy\n", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("| `serve.proxy.port` |", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("\n## authenticators.oidc\n", _output.ToString(), StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] arguments) =>
        new CommandLine([SchemaCommands.Schemas, SchemaCommands.Docs], new CommandConsole(_output, _error))
            .RunAsync(["config", .. arguments], CancellationToken.None);
}
