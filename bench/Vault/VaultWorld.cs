using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AuthProxy.Jose;

namespace AuthProxy.Bench.Vault;

/// <summary>A Tokenizer as it ships, its users with the assertions of a gateway, and the tokens that they have made.</summary>
internal sealed class VaultWorld : IDisposable
{
    public const string Host = "vault.app.localhost";

    private const int Users = 100;
    private const int TokensEach = 100;
    private const int TokensAtATime = 10;
    private const int AtATime = 64;

    private readonly SigningKey _gateway = SigningKey.Generate();
    private readonly SigningKey _sidecar = SigningKey.Generate();
    private readonly long _sessionEnd = DateTimeOffset.UtcNow.AddHours(8).ToUnixTimeSeconds();
    private readonly HttpClient _client = new();
    private readonly Peer _tokenizer;

    private VaultWorld(string folder, string published, Cluster database)
    {
        (UsersPort, ServicesPort) = (Cluster.FreePort(), Cluster.FreePort());
        var configuration = Path.Combine(folder, "tokenizer.yaml");
        File.WriteAllText(Path.Combine(folder, "gateway.json"), PublicKeysOf(_gateway));
        File.WriteAllText(Path.Combine(folder, "sidecar.json"), PublicKeysOf(_sidecar));
        File.WriteAllText(configuration, $$"""
            realm: bench
            store: postgres
            postgres: { connection_string: "{{database.ConnectionString}}" }
            master_keys: [{ version: 1, key: {{new string('A', 43)}} }]
            grants: { default: 1h }
            audit: { checkpoints: { file: "{{folder}}/checkpoints.jws" } }
            log: { level: warn }
            serve:
              users: { host: 127.0.0.1, port: {{UsersPort}} }
              services: { host: 127.0.0.1, port: {{ServicesPort}} }
            applications:
            - { name: bank, vault_url: "http://{{Host}}", grant_api: "off" }
            trust:
            - { name: gateway, roles: [gateway], issuer: gateway, jwks_file: "{{folder}}/gateway.json", applications: [bank], hosts: ["{{Host}}"] }
            - { name: sidecar, roles: [sidecar], issuer: sidecar, jwks_file: "{{folder}}/sidecar.json", applications: [bank] }

            """);
        _tokenizer = new Peer("Tokenizer", UsersPort, Path.Combine(published, "tokenizer", "tokenizer"), "serve", "--config", configuration);
    }

    public int UsersPort { get; }

    public int ServicesPort { get; }

    /// <summary>The tokens of each user, whose session has a grant for them.</summary>
    public string[][] Tokens { get; } = [.. Enumerable.Range(0, Users).Select(_ => new string[TokensEach])];

    public static async Task<VaultWorld> StartAsync(string folder, string published, Cluster database)
    {
        var world = new VaultWorld(folder, published, database);
        var errors = world._tokenizer.Run();
        while (!await world.IsReadyAsync())
        {
            if (errors.IsCompleted)
            {
                throw new InvalidOperationException($"the Tokenizer does not start: {await errors}");
            }

            await Task.Delay(50);
        }

        return world;
    }

    public double CpuSeconds() => _tokenizer.CpuSeconds();

    public double ResidentMegabytes() => _tokenizer.ResidentMegabytes();

    /// <summary>Each user makes tokens and stores a value under each.</summary>
    public async Task SeedAsync()
    {
        for (var token = 0; token < TokensEach; token += TokensAtATime)
        {
            // An assertion lasts a minute, and the seeding perhaps longer.
            var assertions = Enumerable.Range(0, Users).Select(Assertion).ToArray();
            await Parallel.ForAsync(0, Users * TokensAtATime, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (at, cancellation) =>
                Tokens[at % Users][token + (at / Users)] = await KeepAsync(assertions[at % Users], cancellation));
        }
    }

    /// <summary>What the gateway says of a user, for the next minute.</summary>
    public string Assertion(int user) => Sign(_gateway, JwtTypes.Assertion, "gateway", "tokenizer:bank", $"user-{user}", json =>
    {
        json.WriteString("sub_iss", "https://login.test");
        json.WriteString("sid", SidOf(user));
        json.WriteNumber("session_exp", _sessionEnd);
    });

    /// <summary>Who the sidecar is, for the next minute.</summary>
    public string SidecarToken() => Sign(_sidecar, JwtTypes.Service, "sidecar", "tokenizer-services", "proxy", _ => { });

    /// <summary>The question whether a user's session may use all its tokens.</summary>
    public string BatchOf(int user) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["application"] = "bank",
        ["session"] = new Dictionary<string, object> { ["sid"] = SidOf(user), ["sub"] = $"user-{user}", ["sub_iss"] = "https://login.test", ["session_exp"] = _sessionEnd },
        ["tokenIds"] = Tokens[user],
    });

    public void Dispose()
    {
        _client.Dispose();
        _tokenizer.Dispose();
    }

    private static string SidOf(int user) => $"sid-{user}";

    private static string Sign(SigningKey key, string type, string issuer, string audience, string subject, Action<Utf8JsonWriter> more) => JwtSigner.Sign(key, type, json =>
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        json.WriteString("iss", issuer);
        json.WriteString("aud", audience);
        json.WriteString("sub", subject);
        json.WriteNumber("iat", now);
        json.WriteNumber("exp", now + 60);
        json.WriteString("jti", Guid.NewGuid().ToString("N"));
        more(json);
    });

    private static string PublicKeysOf(SigningKey key)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            key.WritePublicJwk(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _client.GetAsync(new Uri($"http://127.0.0.1:{ServicesPort}/health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<string> KeepAsync(string assertion, CancellationToken cancellation)
    {
        using var made = await SendAsync(HttpMethod.Post, "/tokenize", assertion, "{}", "application/json", cancellation);
        using var json = JsonDocument.Parse(await made.Content.ReadAsByteArrayAsync(cancellation));
        var data = json.RootElement.GetProperty("data");
        var upload = new Uri(data.GetProperty("uploadUrl").GetString()!).AbsolutePath;
        (await SendAsync(HttpMethod.Put, upload, assertion, "078-05-1120", "text/plain", cancellation)).Dispose();
        return data.GetProperty("tokenId").GetString()!;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string assertion, string body, string type, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{UsersPort}{path}"))
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type)),
        };
        request.Headers.Host = Host;
        request.Headers.TryAddWithoutValidation("X-Auth-Assertion", assertion);
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
        return (await _client.SendAsync(request, cancellation)).EnsureSuccessStatusCode();
    }
}
