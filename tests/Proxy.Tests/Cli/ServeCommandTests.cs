using AuthProxy.Hosting;
using AuthProxy.Proxy.Cli;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Cli;

public class ServeCommandTests
{
    [Fact]
    public async Task Realm_key_that_is_missing_is_said_in_one_line_and_nothing_starts()
    {
        using var folder = new TestFolder();
        var keys = Directory.CreateDirectory(Path.Combine(folder.Path, "keys")).FullName;
        var rules = folder.Write("rules.yaml", "version: authproxy/v1\nrules: []\n");
        var configuration = folder.Write("authproxy.yaml", $$"""
            realm: bank
            data_folder: {{folder.Path}}/data
            serve: { proxy: { host: 127.0.0.1, port: 0, public_urls: ["http://app.localhost"] }, api: { host: 127.0.0.1, port: 0 } }
            sessions: { store: redis, redis: { endpoints: ["127.0.0.1:9"] }, keys_folder: {{keys}} }
            access_rules: { repositories: ["{{rules}}"] }
            authenticators:
              oidc: { enabled: true, config: { issuer: "http://127.0.0.1:9", client_id: bank, client_secret: bank } }
            """);
        var error = new StringWriter();

        Assert.Equal(ExitCodes.Unavailable, await ServeCommand.RunAsync(configuration, new CommandConsole(TextWriter.Null, error), default));

        Assert.Equal($"authproxy: {keys}: holds no realm key (a file named 1.key with 32 bytes in base64)", error.ToString().Trim());
    }
}
