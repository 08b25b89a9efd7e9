using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.Sdk;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthProxy.EndToEnd.Tests.Logins;

/// <summary>A real Tokenizer for an application that owns its sessions, and that application, which signs people in with the Sdk and publishes its key over TLS.</summary>
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

    /// <summary>A browser whose user is signed in at the application, in a session of that browser.</summary>
    public UserAgent BrowserOf(string user, string device = "laptop")
    {
        var browser = new UserAgent();
        browser.SetCookie(Desk, "user", user);
        browser.SetCookie(Desk, "device", device);
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
        builder.Services.AddTokenizer(tokenizer =>
        {
            tokenizer.Url = $"http://127.0.0.1:{_ports[3]}";
            tokenizer.Application = "desk";
            tokenizer.Key = _key.ToPem();
            tokenizer.PublicUrl = Vault("").OriginalString;
            tokenizer.SignedIn = context => ValueTask.FromResult(UserOf(context.Request.Cookies));
        });
        _backend = builder.Build();
        _backend.MapTokenizerEndpoints();
        _backend.MapGet("/grant", (string token, HttpContext context, IGrants grants) => grants.CreateAsync(context, token));
        await _backend.StartAsync();
    }

    // What an application's own session is to it: here a cookie that says all.
    private static SignedInUser? UserOf(IRequestCookieCollection cookies) =>
        cookies["user"] is { } user ? new SignedInUser(user, $"{cookies["device"]}-of-{user}") : null;

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
          grant_api: full
          login: { auth_providers: [ { name: desk, url: "http://{{Desk}}", trust: desk } ] }
        trust:
        - { name: desk, roles: [login, application], issuer: desk, jwks_url: "https://127.0.0.1:{{_ports[1]}}/.lunasec/jwks.json", applications: [desk] }
        """;
}
