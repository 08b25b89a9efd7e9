using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using AuthProxy.Hosting;
using AuthProxy.Jose;
using AuthProxy.TestKit;
using AuthProxy.Tokenizer.Cli;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Audit;

/// <summary>The Tokenizer as it is built, killed while it works.</summary>
public sealed class CrashTests : IDisposable
{
    private const int Kills = 5;
    private const int Clients = 16;
    private const int AnswersBetweenKills = 40;

    private readonly TemporaryFolder _folder = new();
    private readonly SigningKey _gateway = SigningKey.Generate();
    private readonly IReadOnlyList<int> _ports = Loopback.FreePorts(2);
    private readonly HttpClient _client = Loopback.Client();
    private readonly ConcurrentDictionary<string, byte> _acknowledged = new();

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Killed_under_load_it_has_a_line_for_every_token_that_it_acknowledged_and_the_audit_verifies()
    {
        var file = await ConfigureAsync();
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var tokenizer = RunningProcess.Start(TestKit.Repository.Service("src/Tokenizer", "tokenizer"), ["serve", "--config", file], _folder.Path);
            await tokenizer.WaitUntilAnswersAsync(new Uri($"http://127.0.0.1:{_ports[1]}/health"));
            var before = _acknowledged.Count;
            var clients = Enumerable.Range(0, Clients).Select(_ => TokenizeUntilItIsGoneAsync()).ToArray();
            while ((_acknowledged.Count < before + AnswersBetweenKills || Shipped() <= kill) && !clients.All(client => client.IsCompleted))
            {
                await Task.Delay(5);
            }

            tokenizer.Crash();
            await Task.WhenAll(clients);
        }

        var (code, said) = await RunAsync(new StringReader(""), "verify", "--config", file, "--checkpoints", _folder.File("checkpoints.jws"));
        Assert.True(code == ExitCodes.Success, said);
        Assert.True(_acknowledged.Count >= Kills * AnswersBetweenKills, $"{_acknowledged.Count} tokens");
        Assert.Empty((await HashesAsync(file)).Except(await TokenizedAsync(file)));
    }

    private int Shipped() => File.Exists(_folder.File("checkpoints.jws")) ? File.ReadLines(_folder.File("checkpoints.jws")).Count() : 0;

    private async Task TokenizeUntilItIsGoneAsync()
    {
        try
        {
            while (true)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{_ports[0]}/tokenize") { Content = Calls.Json("{}") };
                request.Headers.Host = VaultHost.VaultHostName;
                request.Headers.Add("X-Auth-Assertion", Assertion());
                using var answer = await _client.SendAsync(request);
                using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
                Assert.True(answer.IsSuccessStatusCode, body.RootElement.ToString());
                _acknowledged[body.RootElement.GetProperty("data").GetProperty("tokenId").GetString()!] = 0;
            }
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or JsonException or OperationCanceledException)
        {
            // It was killed.
        }
    }

    private async Task<string[]> HashesAsync(string file)
    {
        using var tokens = new StringReader(string.Join('\n', _acknowledged.Keys));
        using var output = new StringWriter();
        Assert.Equal(ExitCodes.Success, await AuditHashCommand.RunAsync(file, tokens, output, output, default));
        return [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[1])];
    }

    private static async Task<string[]> TokenizedAsync(string file)
    {
        var (code, lines) = await RunAsync(TextReader.Null, "export", "--config", file);
        Assert.Equal(ExitCodes.Success, code);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.TryText("token")!)];
    }

    private static async Task<(int Code, string Output)> RunAsync(TextReader input, params string[] arguments)
    {
        using var output = new StringWriter();
        var code = await AuditCommands.RunAsync(arguments, input, output, output, default);
        return (code!.Value, output.ToString());
    }

    private string Assertion()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return JwtSigner.Sign(_gateway, JwtTypes.Assertion, json =>
        {
            json.WriteString("iss", "https://gateway.test");
            json.WriteString("aud", "tokenizer:bank");
            json.WriteString("sub", "alice");
            json.WriteString("sub_iss", "https://login.test");
            json.WriteString("sid", "sid-alice");
            json.WriteNumber("session_exp", now + 3600);
            json.WriteNumber("iat", now);
            json.WriteNumber("exp", now + 60);
            json.WriteString("jti", Guid.NewGuid().ToString("N"));
        });
    }

    private async Task<string> ConfigureAsync()
    {
        using var keys = new MemoryStream();
        using (var writer = new Utf8JsonWriter(keys))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            _gateway.WritePublicJwk(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        await File.WriteAllTextAsync(_folder.File("gateway.json"), Encoding.UTF8.GetString(keys.ToArray()));
        await File.WriteAllTextAsync(_folder.File("tokenizer.yaml"), $$"""
            realm: demo
            data_folder: {{_folder.File("data")}}
            serve: { users: { port: {{_ports[0]}} }, services: { port: {{_ports[1]}} } }
            audit: { checkpoints: { interval: 1s, file: {{_folder.File("checkpoints.jws")}} } }
            applications: [{ name: bank, vault_url: http://{{VaultHost.VaultHostName}} }]
            trust: [{ name: gateway, roles: [gateway], issuer: https://gateway.test, jwks_file: {{_folder.File("gateway.json")}}, applications: [bank], hosts: [{{VaultHost.VaultHostName}}] }]
            """);
        return _folder.File("tokenizer.yaml");
    }
}
