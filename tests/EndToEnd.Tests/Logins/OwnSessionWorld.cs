using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthProxy.EndToEnd.Tests.Logins;

/// <summary>A real Tokenizer for an application that owns its sessions, and that application's backend, which publishes its keys over TLS.</summary>
internal sealed class OwnSessionWorld : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly IReadOnlyList<int> _ports = Loopback.FreePorts(4);
    private readonly SigningKey _key = SigningKey.Generate();
    private WebApplication _backend = null!;
    private RunningProcess _tokenizer = null!;

    public string Desk => $"desk.app.localhost:{_ports[0]}";

    /// <param name="isTrusted">Whether the Tokenizer knows the authority of the backend's certificate.</param>
    public static async Task<OwnSessionWorld> StartAsync(bool isTrusted = true)
    {
        var world = new OwnSessionWorld();
        await world.StartBackendAsync();
        var configuration = world._folder.Write("tokenizer.yaml", world.Configuration);
        world._tokenizer = RunningProcess.Start(
            Repository.Service("src/Tokenizer", "tokenizer"), ["serve", "--config", configuration], world._folder.Path,
            isTrusted ? new Dictionary<string, string> { ["SSL_CERT_FILE"] = Path.Combine(world._folder.Path, "authority.pem") } : null);
        await world._tokenizer.WaitUntilAnswersAsync(new Uri($"http://127.0.0.1:{world._ports[3]}/health"));
        return world;
    }

    public Uri Vault(string path) => new($"http://vault.app.localhost:{_ports[2]}{path}");

    /// <summary>A browser whose user is signed in at the application.</summary>
    public UserAgent BrowserOf(string user)
    {
        var browser = new UserAgent();
        browser.SetCookie(Desk, "user", user);
        return browser;
    }

    /// <summary>Posts as the vault's own page.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(UserAgent browser, string path, string json)
    {
        using var answer = await browser.FetchAsync(HttpMethod.Post, Vault(path), new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")));
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    public async ValueTask DisposeAsync()
    {
        await _tokenizer.DisposeAsync();
        await _backend.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartBackendAsync()
    {
        using var authority = new TestAuthority("the application's");
        _folder.Write("authority.pem", authority.Pem);
        var (certificate, key) = authority.Issue("keys", TestAuthority.ServerUse);
        using var identity = X509Certificate2.CreateFromPem(certificate, key);
        var exported = X509CertificateLoader.LoadPkcs12(identity.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, _ports[0]);
            kestrel.Listen(IPAddress.Loopback, _ports[1], listen => listen.UseHttps(exported));
        });
        _backend = builder.Build();
        _backend.Run(context => context.Request.Path == "/.lunasec/jwks.json" ? PublishAsync(context) : SignInAsync(context));
        await _backend.StartAsync();
    }

    private async Task PublishAsync(HttpContext context)
    {
        using var set = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(set))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            _key.WritePublicJwk(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        await context.Response.Body.WriteAsync(set.ToArray());
    }

    /// <summary>What an application does at the address to which browsers are sent: it knows its user by its own cookie.</summary>
    private Task SignInAsync(HttpContext context)
    {
        var (state, user) = (context.Request.Query["state"].ToString(), context.Request.Cookies["user"]!);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var token = JwtSigner.Sign(_key, JwtTypes.Session, json =>
        {
            json.WriteString("iss", "desk");
            json.WriteString("aud", "tokenizer:desk");
            json.WriteString("sub", user);
            json.WriteString("session_id", "session-of-" + user);
            json.WriteString("nonce", state);
            json.WriteNumber("iat", now);
            json.WriteNumber("exp", now + 60);
            json.WriteString("jti", Guid.NewGuid().ToString("N"));
        });
        context.Response.Redirect(Vault($"/session/create?state={state}&openid_token={token}").AbsoluteUri);
        return Task.CompletedTask;
    }

    private string Configuration => $$"""
        realm: desk
        data_folder: {{_folder.Path}}/data
        serve:
          users: { host: 127.0.0.1, port: {{_ports[2]}} }
          services: { host: 127.0.0.1, port: {{_ports[3]}} }
        applications:
        - name: desk
          scheme: application
          vault_url: http://vault.app.localhost:{{_ports[2]}}
          origins: ["http://{{Desk}}"]
          login: { auth_providers: [ { name: desk, url: "http://{{Desk}}", trust: desk } ] }
        trust:
        - { name: desk, roles: [login], issuer: desk, jwks_url: "https://127.0.0.1:{{_ports[1]}}/.lunasec/jwks.json", applications: [desk] }
        """;
}
