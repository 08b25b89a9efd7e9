using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Edges;
using AuthProxy.Jose;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Keys;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Proxy.Tests.Pipeline;

/// <summary>A Proxy on real Kestrel in this process, with a folder of its own.</summary>
internal sealed class RunningProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;

    private RunningProxy(WebApplication app, string folder)
    {
        (_app, _folder) = (app, folder);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public string Address => _app.Urls.First();

    public string ApiAddress => AddressOf("api");

    /// <summary>Where a listener answers, over TLS or not.</summary>
    public string AddressOf(string listener) => $"http://127.0.0.1:{Services.GetRequiredService<Listeners>().PortOf(listener)}";

    public string Folder => _folder;

    public string AdminSocket => Path.Combine(_folder, "data", "admin.sock");

    public string RulesFile => Path.Combine(_folder, "rules", "rules.yaml");

    public IServiceProvider Services => _app.Services;

    /// <summary>The issuer that the rules of tests trust, and the file its keys are in.</summary>
    public static SigningKey IssuerKey { get; } = SigningKey.Generate();

    /// <param name="rules">A rule file; {keys} stands for the address of the issuer's keys.</param>
    /// <param name="configuration">More of the configuration.</param>
    /// <param name="replace">Parts of the test's own.</param>
    /// <param name="serve">More of the listeners, one line each; {folder} stands for the Proxy's folder.</param>
    /// <param name="listener">More of <c>serve.proxy</c>, each key behind a comma.</param>
    /// <param name="accessRules">More of its <c>access_rules</c>, each key with a comma in front.</param>
    public static async Task<RunningProxy> StartAsync(
        string rules, string configuration = "", Action<IServiceCollection>? replace = null, string serve = "", string listener = "", string accessRules = "")
    {
        var folder = Directory.CreateTempSubdirectory("authproxy-test-").FullName;
        var keys = Path.Combine(folder, "issuer.json");
        await File.WriteAllBytesAsync(keys, TestTokens.KeySet(IssuerKey));
        Directory.CreateDirectory(Path.Combine(folder, "rules"));
        await File.WriteAllTextAsync(Path.Combine(folder, "rules", "rules.yaml"), rules.Replace("{keys}", "file://" + keys, StringComparison.Ordinal));
        var text = $$"""
            data_folder: {{folder}}/data
            serve:
              proxy: { port: 0{{listener}} }
              api: { port: 0 }
              {{serve.Replace("{folder}", folder, StringComparison.Ordinal)}}
            access_rules: { repositories: ["{{folder}}/rules"]{{accessRules}} }
            log: { level: error }
            {{configuration.Replace("{keys}", "file://" + keys, StringComparison.Ordinal)}}
            """;
        var document = ConfigDocument.Parse(text, "test.yaml", "AUTHPROXY", new Dictionary<string, string>());
        var settings = document.Read(ProxySettings.Schema) ?? throw new InvalidOperationException(string.Join('\n', document.Faults));
        var app = ProxyHost.Build(settings with { HandlersAreEnabledByDefault = true }, settings.ReadOidc(document.Faults), ProxyKeys.Load(settings.KeysFolder, document.Faults)!, TimeProvider.System, replace);
        var faults = app.Services.GetRequiredService<RuleReloader>().Start();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
        await app.StartAsync();
        return new RunningProxy(app, folder);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
