using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Vault;

/// <summary>Tokenizers over one PostgreSQL, all real, and the key of a gateway that brings users to them.</summary>
internal sealed class VaultReplicas : IAsyncDisposable
{
    public const string Host = "vault.app.localhost:4455";

    private const int Count = 2;
    private const string Issuer = "https://gateway.test";

    private readonly TestFolder _folder = new();
    private readonly SigningKey _gateway = SigningKey.Generate();
    private readonly IReadOnlyList<int> _ports = Loopback.FreePorts(2 * Count);
    private readonly RunningProcess[] _processes = new RunningProcess[Count];

    private VaultReplicas(PostgresServer database) => Database = database;

    public PostgresServer Database { get; }

    /// <summary>Starts all of them at once on an empty database.</summary>
    public static async Task<VaultReplicas> StartAsync()
    {
        var replicas = new VaultReplicas(await PostgresServer.StartAsync());
        replicas._folder.Write("gateway.json", replicas.PublicKeys());
        for (var replica = 0; replica < Count; replica++)
        {
            replicas._folder.Write($"tokenizer-{replica}.yaml", replicas.Configuration(replica));
            replicas.Begin(replica);
        }

        await Task.WhenAll(Enumerable.Range(0, Count).Select(replicas.WaitUntilReadyAsync));
        return replicas;
    }

    /// <summary>Where users reach one of them.</summary>
    public Uri AddressOf(int replica) => new($"http://127.0.0.1:{_ports[2 * (replica % Count)]}");

    /// <summary>Ends a replica in the middle of whatever it does, and starts it again.</summary>
    public async Task KillAsync(int replica)
    {
        replica %= Count;
        _processes[replica].Crash();
        await _processes[replica].WaitForExitAsync();
        await _processes[replica].DisposeAsync();
        Begin(replica);
        await WaitUntilReadyAsync(replica);
    }

    /// <summary>Ends the database in the middle of whatever it does, and starts it again.</summary>
    public async Task KillDatabaseAsync()
    {
        await Database.CrashAsync();
        await Database.StartAgainAsync();
        await Task.WhenAll(Enumerable.Range(0, Count).Select(WaitUntilReadyAsync));
    }

    /// <summary>Holds the audit against what left the machine, as an auditor would.</summary>
    /// <returns>What the command says, and whether it found nothing.</returns>
    public Task<(bool IsWhole, string Said)> VerifyAuditAsync() => AuditAsync(
        "verify", [.. Directory.GetFiles(_folder.Path, "checkpoints-*.jws").SelectMany(file => new[] { "--checkpoints", file })]);

    /// <summary>The lines about something that was done, and not refused.</summary>
    public async Task<IReadOnlyList<JsonElement>> ReadAuditAsync(string action)
    {
        var lines = (await AuditAsync("export", [])).Said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement);
        return [.. lines.Where(line => line.GetProperty("action").GetString() == action && line.GetProperty("outcome").GetString() == "done")];
    }

    /// <summary>What the gateway says of a user.</summary>
    public string Assertion(string subject) => JwtSigner.Sign(_gateway, JwtTypes.Assertion, json =>
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        json.WriteString("iss", Issuer);
        json.WriteString("aud", "tokenizer:bank");
        json.WriteString("sub", subject);
        json.WriteString("sub_iss", "https://login.test");
        json.WriteString("sid", "sid-" + subject);
        json.WriteNumber("session_exp", (now / 86_400 * 86_400) + (2 * 86_400));
        json.WriteNumber("iat", now);
        json.WriteNumber("exp", now + 60);
        json.WriteString("jti", Guid.NewGuid().ToString("N"));
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await Database.DisposeAsync();
        _folder.Dispose();
    }

    private void Begin(int replica) => _processes[replica] = RunningProcess.Start(
        Repository.Service("src/Tokenizer", "tokenizer"), ["serve", "--config", Path.Combine(_folder.Path, $"tokenizer-{replica}.yaml")], _folder.Path);

    private async Task<(bool Succeeded, string Said)> AuditAsync(string command, IReadOnlyList<string> more)
    {
        await using var process = RunningProcess.Start(
            Repository.Service("src/Tokenizer", "tokenizer"), ["audit", command, "--config", Path.Combine(_folder.Path, "tokenizer-0.yaml"), .. more], _folder.Path);
        var code = await process.WaitForExitAsync();
        return (code == 0, process.Output);
    }

    private Task WaitUntilReadyAsync(int replica) =>
        _processes[replica].WaitUntilAnswersAsync(new Uri($"http://127.0.0.1:{_ports[(2 * replica) + 1]}/health/ready"));

    private string PublicKeys()
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            _gateway.WritePublicJwk(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    private string Configuration(int replica) => $$"""
        realm: bank
        store: postgres
        postgres: { connection_string: "{{Database.ConnectionString()}}", connections: 8 }
        master_keys: [{ version: 1, key: {{new string('A', 43)}} }]
        audit: { checkpoints: { interval: 1s, file: "{{_folder.Path}}/checkpoints-{{replica}}.jws" } }
        log: { level: warn }
        serve:
          users: { host: 127.0.0.1, port: {{_ports[2 * replica]}} }
          services: { host: 127.0.0.1, port: {{_ports[(2 * replica) + 1]}} }
        applications:
        - { name: bank, vault_url: "http://{{Host}}", grant_api: "off" }
        trust:
        - { name: gateway, roles: [gateway], issuer: "{{Issuer}}", jwks_file: "{{_folder.Path}}/gateway.json", applications: [bank], hosts: ["{{Host}}"] }
        """;
}
