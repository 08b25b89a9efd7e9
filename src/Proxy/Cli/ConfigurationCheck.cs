using AuthProxy.Hosting.Configuration;
using AuthProxy.Jose;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors.Pages;
using AuthProxy.Proxy.Keys;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Matching.Sources;
using AuthProxy.Proxy.Observability;
using AuthProxy.Proxy.OpenIdConnect;
using AuthProxy.Rules.Loading;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Cli;

/// <summary>
/// Everything that <c>serve</c> would load, loaded without serving: configuration, rules, every handler of every rule. It makes no
/// file in the data folder, opens no store and asks nobody over the network.
/// </summary>
internal static class ConfigurationCheck
{
    public static async Task<CheckReport> RunAsync(string? path, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var document = ConfigDocument.Load(path, "AUTHPROXY", environment);
        OathkeeperEnvironment.Warn(environment, document.Faults);
        if (document.Read(ProxySettings.Schema) is { } settings)
        {
            return await CheckAsync(settings, document.Faults);
        }

        var rest = SoundPart.Of(document) is { } sound ? await CheckAsync(sound, new ConfigFaults()) : CheckRulesAlone(document);
        return rest with
        {
            Settings = null,
            Faults = [.. document.Faults.Concat(rest.Faults).Distinct()],
            Warnings = [.. document.Faults.Warnings.Concat(rest.Warnings).Distinct()],
        };
    }

    private static async Task<CheckReport> CheckAsync(ProxySettings settings, ConfigFaults faults)
    {
        CheckKeys(settings.KeysFolder, faults);
        var oidc = settings.ReadOidc(faults);
        using var scratch = new ScratchFolder();
        var dry = settings with
        {
            DataFolder = scratch.Path,
            Sessions = settings.Sessions with { Store = SessionStoreKind.Memory, KeysFolder = null },
        };
        await using var app = ProxyHost.Build(dry, oidc, ProxyKeys.Load(dry.KeysFolder, faults)!, TimeProvider.System);
        app.Services.GetRequiredService<HandlerCatalogue>().Check(faults);
        app.Services.GetRequiredService<PageTemplates>().Check(faults);
        var loaded = app.Services.GetRequiredService<RuleLoader>().Load();
        var addresses = oidc is null ? null : app.Services.GetRequiredService<LoginAddresses>();
        var rules = loaded.Rules?.Rules ?? [];
        return new CheckReport(
            settings, rules.Count, rules.Select(rule => rule.Rule.File).Distinct(StringComparer.Ordinal).Count(),
            [.. faults.Concat(loaded.Faults).Distinct()], [.. faults.Warnings, .. loaded.Warnings, .. loaded.Tolerated, .. loaded.Pending.Select(NotAsked)],
            [.. Registered(oidc, provider => addresses!.RedirectUriOf(provider))],
            addresses is null ? [] : [addresses.SignedOutUri],
            [.. Registered(oidc, provider => addresses!.BackChannelLogoutUriOf(provider))]);
    }

    private static IEnumerable<ProviderUri> Registered(OidcSettings? oidc, Func<string, string> uriOf) =>
        oidc?.Providers.Select(provider => new ProviderUri(provider.Name, uriOf(provider.Name))) ?? [];

    // What rules say of themselves; what they say of handlers is judged by settings that cannot be read.
    private static CheckReport CheckRulesAlone(ConfigDocument document)
    {
        if (SoundPart.RulesOf(document) is not { } settings)
        {
            return new CheckReport(null, 0, 0, [], [], [], [], []);
        }

        using var metrics = new ProxyMetrics();
        using var feeds = new RuleFeeds(settings, metrics, TimeProvider.System, NullLogger<RuleFeeds>.Instance);
        var gathered = feeds.Gather();
        var read = RuleFileReader.LoadTexts(gathered.Texts, settings.Oathkeeper);
        return new CheckReport(null, 0, 0, [.. gathered.Faults, .. read.Faults], [.. read.Warnings, .. read.Tolerated, .. gathered.Pending.Select(NotAsked)], [], [], []);
    }

    private static ConfigFault NotAsked(ConfigFault pending) => pending with { Message = "the address is not asked by a check; its rules are judged when the Proxy has them" };

    // Keys that are not there yet are made at the first start; keys that cannot be read keep it from starting.
    private static void CheckKeys(string folder, ConfigFaults faults)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.pem").Any()
            && SigningKeyRing.LoadFolder(folder) is SigningKeyRingOutcome.Faulty faulty)
        {
            faults.Add(new ConfigFault(folder, 0, "data_folder", faulty.Why));
        }
    }
}

/// <param name="Settings">Null where the configuration itself has faults.</param>
/// <param name="Rules">How many rules would be in force.</param>
/// <param name="RuleFiles">From how many files.</param>
/// <param name="Faults">What keeps the Proxy from starting.</param>
/// <param name="Warnings">What is accepted without effect.</param>
/// <param name="RedirectUris">What to register at each provider for logins.</param>
/// <param name="PostLogoutUris">What to register at every provider for logouts.</param>
/// <param name="BackChannelLogoutUris">Where each provider is to tell of logouts.</param>
internal sealed record CheckReport(
    ProxySettings? Settings,
    int Rules,
    int RuleFiles,
    IReadOnlyList<ConfigFault> Faults,
    IReadOnlyList<ConfigFault> Warnings,
    IReadOnlyList<ProviderUri> RedirectUris,
    IReadOnlyList<string> PostLogoutUris,
    IReadOnlyList<ProviderUri> BackChannelLogoutUris);

/// <summary>An address of ours that a provider has to know.</summary>
internal sealed record ProviderUri(string Provider, string Uri);
