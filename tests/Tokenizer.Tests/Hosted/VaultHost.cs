using System.Collections.Concurrent;
using System.Text.Json;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Edges;
using AuthProxy.Jose;
using AuthProxy.TestKit;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Tokenizer.Tests.Hosted;

/// <summary>
/// A real Tokenizer on free ports of loopback. The bank has a gateway, a sidecar and a key of its own, each with another key; the shop is the
/// neighbour whose tokens are none of the bank's business. The bank's nightly jobs have a key too, and may what policies say. The desk owns its sessions: it signs its staff in with tokens of our kind, and its
/// partners with those of LunaDefend's node-sdk.
/// </summary>
public sealed class VaultHost : IAsyncDisposable
{
    public const string VaultHostName = "vault.app.localhost:4455";
    public const string ShopHostName = "vault.shop.localhost:4455";
    public const string DeskHostName = "vault.desk.localhost:4455";
    public const string DeskOrigin = "http://desk.app.localhost:4455";
    public const string BankOrigin = "http://bank.app.localhost:4455";

    // Making one takes long, and tests change nothing about it.
    private static readonly SigningKey NodeSdkKey = SigningKey.Generate(JwtAlgorithms.RS256);

    private readonly TemporaryFolder _folder = new();
    private WebApplication _app = null!;
    private OpenedVault _vault = null!;

    public FakeClock Clock { get; } = new();

    public SigningKey GatewayKey { get; } = SigningKey.Generate();

    public SigningKey SidecarKey { get; } = SigningKey.Generate();

    public SigningKey BankKey { get; } = SigningKey.Generate();

    public SigningKey ShopKey { get; } = SigningKey.Generate();

    public SigningKey JobsKey { get; } = SigningKey.Generate();

    public SigningKey StaffKey { get; } = SigningKey.Generate();

    public SigningKey PartnersKey { get; } = NodeSdkKey;

    public HttpClient Users { get; private set; } = null!;

    public HttpClient Services { get; private set; } = null!;

    public ConcurrentQueue<string> LogLines { get; } = new();

    internal ITokenStore Store => _vault.Store;

    internal IServiceProvider Parts => _app.Services;

    public string Database => _folder.File("data/tokenizer.db");

    /// <summary>What a command on the same machine is given.</summary>
    public string ConfigurationFile => _folder.File("tokenizer.yaml");

    public string KeyFolder => _folder.File("data/keys");

    /// <param name="bank">Further lines for the bank's entry under applications.</param>
    /// <param name="more">Further top-level lines.</param>
    /// <param name="serve">Further lines under serve.</param>
    public static async Task<VaultHost> StartAsync(string bank = "grant_api: full", string more = "", string serve = "")
    {
        var host = new VaultHost();
        await host.OpenAsync(bank, more, serve);
        return host;
    }

    public Task<string> MetricsAsync() => Services.GetStringAsync(new Uri("/metrics", UriKind.Relative));

    public async ValueTask DisposeAsync()
    {
        Users.Dispose();
        Services.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _vault.DisposeAsync();
        _folder.Dispose();
    }

    private async Task OpenAsync(string bank, string more, string serve)
    {
        WriteKeys("gateway.json", GatewayKey);
        WriteKeys("sidecar.json", SidecarKey);
        WriteKeys("bank.json", BankKey);
        WriteKeys("shop.json", ShopKey);
        WriteKeys("jobs.json", JobsKey);
        WriteKeys("staff.json", StaffKey);
        WriteKeys("partners.json", PartnersKey);
        await File.WriteAllTextAsync(ConfigurationFile, Configuration(bank, more, serve));
        var document = ConfigDocument.Load(ConfigurationFile, "TOKENIZER", new Dictionary<string, string>());
        var settings = document.Read(TokenizerSettings.Schema);
        Assert.True(settings is not null, string.Join('\n', document.Faults));

        _vault = await OpenedVault.OpenAsync(settings, default);
        _app = Program.Build(settings, _vault, Clock, builder =>
        {
            builder.Logging.ClearProviders();
            builder.Logging.SetMinimumLevel(LogLevel.Trace);
            builder.Logging.AddProvider(new Lines(LogLines));
        });
        await _app.StartAsync();
        var listeners = _app.Services.GetRequiredService<Listeners>();
        Users = ClientOf(listeners.PortOf("users"));
        Services = ClientOf(listeners.PortOf("services"));
    }

    private string Configuration(string bank, string more, string serve) =>
        $$"""
        realm: demo
        data_folder: {{_folder.File("data")}}
        serve:
          users: { port: 0 }
          services: { port: 0 }
          drain: { delay: 0s, timeout: 1s }
          {{serve}}
        applications:
        - name: bank
          vault_url: http://{{VaultHostName}}
          origins: ["{{BankOrigin}}"]
          {{bank.ReplaceLineEndings("\n  ")}}
        - name: shop
          vault_url: http://{{ShopHostName}}
          grant_api: full
        - name: desk
          scheme: application
          vault_url: http://{{DeskHostName}}
          origins: ["{{DeskOrigin}}"]
          grant_api: full
          grant_if: any
          login:
            auth_providers:
            - { name: staff, url: "{{DeskOrigin}}", trust: staff, default: true }
            - { name: partners, url: "http://partners.app.localhost:4455/sign-in?from=desk", trust: partners }
        trust:
        - { name: gateway, roles: [gateway], issuer: https://gateway.test, jwks_file: {{_folder.File("gateway.json")}}, applications: [bank, shop], hosts: ["{{VaultHostName}}", vault.shop.localhost] }
        - { name: sidecar, roles: [sidecar], issuer: https://sidecar.test, jwks_file: {{_folder.File("sidecar.json")}}, applications: [bank] }
        - { name: bank, roles: [application], issuer: bank, jwks_file: {{_folder.File("bank.json")}}, applications: [bank] }
        - { name: jobs, roles: [service], issuer: jobs, jwks_file: {{_folder.File("jobs.json")}}, applications: [bank] }
        - { name: shop, roles: [application], issuer: shop, jwks_file: {{_folder.File("shop.json")}}, applications: [shop] }
        - { name: staff, roles: [application, login], issuer: desk, jwks_file: {{_folder.File("staff.json")}}, applications: [desk] }
        - { name: partners, roles: [application, login], tokens: node_sdk, issuer: node-sdk, jwks_file: {{_folder.File("partners.json")}}, applications: [desk] }
        {{more}}
        """;

    /// <summary>The staff's backend takes another key into use.</summary>
    public void ChangeStaffKey(SigningKey key) => WriteKeys("staff.json", key);

    /// <inheritdoc cref="ChangeStaffKey"/>
    public void ChangePartnersKey(SigningKey key) => WriteKeys("partners.json", key);

    private void WriteKeys(string file, SigningKey key)
    {
        using var stream = File.Create(_folder.File(file));
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteStartArray("keys");
        key.WritePublicJwk(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static HttpClient ClientOf(int port) => new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{port}"),
        Timeout = TimeSpan.FromMinutes(2),
    };

    private sealed class Lines(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
