using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Ends;

/// <summary>
/// A Proxy and its Tokenizer, both real, with the certified provider; the Tokenizer can be taken away and brought back. Guests are let in at the
/// vault and at the bank below <c>/shop</c>.
/// </summary>
internal sealed class VaultWorld : IAsyncDisposable
{
    private const string BankHost = "bank.app.localhost";
    private const string VaultHost = "vault.app.localhost";

    private readonly TestFolder _folder = new();
    private readonly IReadOnlyList<int> _ports = Loopback.FreePorts(5);
    private readonly HttpClient _client = Loopback.Client();
    private StubUpstream _upstream = null!;
    private OidcProvider _provider = null!;
    private RunningProcess? _tokenizer;

    public ProxyProcess Proxy { get; private set; } = null!;

    private int UsersPort => _ports[3];

    private int ServicesPort => _ports[4];

    private string Issuer => $"http://127.0.0.1:{_ports[2]}";

    /// <param name="wire">What lies between the Proxy and the Tokenizer's services; null for nothing.</param>
    public static async Task<VaultWorld> StartAsync(LossyWire? wire = null)
    {
        var world = new VaultWorld();
        world._upstream = await StubUpstream.StartAsync();
        world._provider = await OidcProvider.StartAsync(world.Bank("/.authproxy/callback").OriginalString, world.Bank("/.authproxy/signed-out").OriginalString);
        if (wire is not null)
        {
            wire.Target = world.ServicesPort;
        }

        world._folder.Write("tokenizer.yaml", world.TokenizerConfiguration);
        world.Proxy = await ProxyProcess.StartAsync(
            $$"""
            version: authproxy/v1
            rules:
            - id: bank
              match: { host: {{BankHost}}, path: /** }
              authenticators: [oidc]
              mutators: [ { handler: assertion, config: { audience: bank } } ]
              upstream: "{{world._upstream.Address.OriginalString}}"
            - id: shop
              match: { host: {{BankHost}}, path: /shop/** }
              authenticators: [ { handler: oidc, config: { guest: true } } ]
              mutators: [ { handler: assertion, config: { audience: bank } } ]
              upstream: "{{world._upstream.Address.OriginalString}}"
            - { id: vault, match: { host: {{VaultHost}}, path: /** }, authenticators: [ { handler: oidc, config: { guest: true } } ], mutators: [assertion], upstream: tokenizer }
            """,
            $$"""
            realm: bank
            assertion: { issuer: "{{world.Issuer}}", audiences: [bank] }
            tokenizer:
              enabled: true
              users_url: http://127.0.0.1:{{world.UsersPort}}
              services_url: http://127.0.0.1:{{wire?.Port ?? world.ServicesPort}}
              application: bank
              vaults: [ { host: "{{VaultHost}}:{{world._ports[0]}}", application: bank } ]
            authenticators:
              oidc: { enabled: true, config: { issuer: "{{world._provider.Issuer}}", client_id: {{OidcProvider.ClientId}}, client_secret: {{OidcProvider.ClientSecret}} } }
            """,
            hosts: [BankHost, VaultHost],
            ports: [.. world._ports.Take(3)]);
        await world.StartTokenizerAsync();
        return world;
    }

    public Uri Bank(string path) => new($"http://{BankHost}:{_ports[0]}{path}");

    public Uri Vault(string path) => new($"http://{VaultHost}:{_ports[0]}{path}");

    public async Task StartTokenizerAsync()
    {
        _tokenizer = RunningProcess.Start(
            Repository.Service("src/Tokenizer", "tokenizer"), ["serve", "--config", Path.Combine(_folder.Path, "tokenizer.yaml")], _folder.Path);
        await _tokenizer.WaitUntilAnswersAsync(new Uri($"http://127.0.0.1:{ServicesPort}/health"));
    }

    public async Task StopTokenizerAsync()
    {
        _tokenizer!.Terminate();
        await _tokenizer.WaitForExitAsync();
        await _tokenizer.DisposeAsync();
    }

    /// <summary>Signs somebody in; what the application was told of them, signed.</summary>
    public async Task<(UserAgent Browser, JsonElement Claims)> SignInAsync(string subject)
    {
        var browser = new UserAgent();
        using var login = await browser.NavigateAsync(Bank("/"));
        using var page = await browser.SubmitAsync(login, ("login", subject), ("password", "any"));
        return (browser, await ClaimsOnAsync(page));
    }

    /// <summary>What the bank was told, signed, of whoever asked for this page.</summary>
    public static async Task<JsonElement> ClaimsOnAsync(HttpResponseMessage page)
    {
        const string Name = "X-Auth-Assertion: ";
        var line = (await page.Content.ReadAsStringAsync()).Split('\n').Single(text => text.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        return Assert.IsType<JwtReadOutcome.Read>(UnverifiedJwt.Read(line[Name.Length..].Trim())).Jwt.Claims;
    }

    /// <summary>The assertion that the Proxy gives the Tokenizer for a user; good for a minute, whatever becomes of the session.</summary>
    public string AssertionOf(JsonElement claims) => Sign(JwtTypes.Assertion, "tokenizer:bank", json => WriteSession(json, claims));

    /// <summary>Whether the session of these claims holds a grant for a token, as a sidecar that guards the token would ask.</summary>
    public async Task<bool> HoldsGrantAsync(JsonElement claims, string token)
    {
        using var body = new MemoryStream();
        await using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("application", "bank");
            json.WriteStartObject("session");
            WriteSession(json, claims);
            json.WriteEndObject();
            json.WriteStartArray("tokens");
            json.WriteStringValue(token);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{ServicesPort}/v1/grants/verify")
        {
            Content = new StringContent(Encoding.UTF8.GetString(body.ToArray()), Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Sign(JwtTypes.Service, "tokenizer-services", json => json.WriteString("sub", "proxy")));
        using var answer = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("results")[0].GetProperty("valid").GetBoolean();
    }

    /// <summary>A user wants to keep a value: a grant is made with it.</summary>
    public async Task<(HttpStatusCode Status, string Body)> TokenizeAsync(string assertion)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{UsersPort}/tokenize")
        {
            Content = new StringContent("{}", Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Host = $"{VaultHost}:{_ports[0]}";
        request.Headers.TryAddWithoutValidation("X-Auth-Assertion", assertion);
        request.Headers.TryAddWithoutValidation("Origin", $"http://{VaultHost}:{_ports[0]}");
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
        using var answer = await _client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_tokenizer is not null)
        {
            await _tokenizer.DisposeAsync();
        }

        await Proxy.DisposeAsync();
        await _provider.DisposeAsync();
        await _upstream.DisposeAsync();
        _folder.Dispose();
    }

    private static void WriteSession(Utf8JsonWriter json, JsonElement claims)
    {
        foreach (var name in new[] { "sub", "sub_iss", "sid", "session_exp" })
        {
            json.WritePropertyName(name);
            claims.GetProperty(name).WriteTo(json);
        }
    }

    // With the Proxy's own key.
    private string Sign(string type, string audience, Action<Utf8JsonWriter> write)
    {
        var key = Assert.IsType<SigningKeyOutcome.Loaded>(SigningKey.FromPem(File.ReadAllText(Directory.EnumerateFiles(Path.Combine(Proxy.Folder.Path, "data", "keys"), "*.pem").Single()))).Key;
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return JwtSigner.Sign(key, type, json =>
        {
            json.WriteString("iss", Issuer);
            json.WriteString("aud", audience);
            write(json);
            json.WriteNumber("iat", now);
            json.WriteNumber("exp", now + 60);
            json.WriteString("jti", Guid.NewGuid().ToString("N"));
        });
    }

    private string TokenizerConfiguration => $$"""
        realm: bank
        data_folder: {{_folder.Path}}/data
        serve:
          users: { host: 127.0.0.1, port: {{UsersPort}} }
          services: { host: 127.0.0.1, port: {{ServicesPort}} }
        applications:
        - { name: bank, vault_url: "http://{{VaultHost}}:{{_ports[0]}}", grant_api: "off" }
        trust:
        - { name: proxy, roles: [gateway, sidecar], issuer: "{{Issuer}}", jwks_url: "{{Issuer}}/.well-known/jwks.json", applications: [bank], hosts: ["{{VaultHost}}:{{_ports[0]}}"] }
        """;
}
