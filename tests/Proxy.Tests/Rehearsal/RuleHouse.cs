using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Keys;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.OpenIdConnect;
using AuthProxy.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Proxy.Tests.Rehearsal;

/// <summary>Rules loaded as the Proxy loads them, tests included.</summary>
internal sealed class RuleHouse : IDisposable
{
    /// <summary>The first rule of <see cref="Load"/> stands in this line.</summary>
    public const int FirstLine = 4;

    private const string Head = "version: authproxy/v1\ndefaults: { upstream: http://127.0.0.1:3000, authenticators: [oidc] }\nrules:\n";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public string Write(string file, string text) => _folder.Write(file, text);

    /// <summary>Loads rules of our form below common defaults.</summary>
    public LoadedRules Load(string rules, string configuration = "", Action<IServiceCollection>? replace = null, TimeProvider? time = null) =>
        LoadFile(Head + rules.ReplaceLineEndings("\n").TrimStart('\n'), configuration, replace, time);

    public LoadedRules LoadFile(string rules, string configuration = "", Action<IServiceCollection>? replace = null, TimeProvider? time = null)
    {
        var path = Write("rules/rules.yaml", rules);
        var document = ConfigDocument.Parse(
            $$"""
            data_folder: {{_folder.Path}}/data
            access_rules: { repositories: ["{{path}}"] }
            sessions: { store: memory }
            assertion: { audiences: [app] }
            {{configuration}}
            {{(configuration.Contains("authenticators:", StringComparison.Ordinal) ? "" : "authenticators: { oidc: { config: { issuer: 'http://127.0.0.1:4480', client_id: c } } }")}}
            {{(configuration.Contains("serve:", StringComparison.Ordinal) ? "" : "serve: { proxy: { public_urls: ['https://a.test', 'https://vault.a.test'] } }")}}
            """,
            "test.yaml", "AUTHPROXY", new Dictionary<string, string>());
        var settings = (document.Read(Proxy.Configuration.ProxySettings.Schema) ?? throw new InvalidOperationException(string.Join('\n', document.Faults))) with { HandlersAreEnabledByDefault = true };
        var collection = new ServiceCollection().AddLogging(logging => logging.ClearProviders())
            .AddProxy(settings, settings.ReadOidc(document.Faults), ProxyKeys.Load(settings.KeysFolder, document.Faults)!, time ?? TimeProvider.System, replace);
        replace?.Invoke(collection);
        using var services = collection.BuildServiceProvider();
        return services.GetRequiredService<RuleLoader>().Load();
    }
}
