using System.Text.Json;
using AuthProxy.Proxy.Cli;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Cli.RuleCommands;

/// <summary>Runs <c>rules</c> commands over files of one test's own.</summary>
internal sealed class CommandHouse : IDisposable
{
    public const string Rules = """
        version: authproxy/v1
        defaults: { upstream: "http://127.0.0.1:3000", authenticators: [oidc] }
        rules:
        - { id: app, match: { path: /** }, mutators: [assertion] }
        - { id: admin, match: { path: "/admin/{area}" }, require: { groups: { any: [admins] } } }
        - { id: api, match: { path: /api }, authenticators: [ { handler: jwt, config: { jwks_urls: ["https://id.example/keys"], trusted_issuers: ["https://id.example"], target_audience: [app] } } ] }
        """;

    private readonly TestFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public string PathOf(string file) => Path.Combine(_folder.Path, file);

    public string Write(string file, string text) => _folder.Write(file, text);

    public Task<int> RunAsync(params string[] arguments) =>
        new CommandLine(Commands.All, new CommandConsole(_output, _error)).RunAsync(["rules", .. arguments], CancellationToken.None);

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
        _error.Dispose();
    }
}
