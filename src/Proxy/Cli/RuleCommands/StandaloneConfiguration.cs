using System.Text.Json;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Rehearsal;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Proxy.Cli.RuleCommands;

/// <summary>
/// The configuration of rules that are looked at without one: every handler is enabled, there is a Tokenizer, and what else rules may only
/// name where it is declared (audiences, vaults) is declared as they name it. Nothing of it is ever connected to.
/// </summary>
internal static class StandaloneConfiguration
{
    private const string Application = "app";

    /// <summary>A file as an operator would write it, so that it is read and checked as one.</summary>
    public static string TextFor(IReadOnlyList<string> paths, string strategy, string folder)
    {
        var read = RuleFileReader.Load([.. paths.Select(path => new Rules.Loading.RuleSource(path))]);
        var audiences = read.Rules.SelectMany(rule => rule.Mutators).Select(AudienceOf).OfType<string>().DefaultIfEmpty(Application).Distinct(StringComparer.Ordinal);
        var vaults = read.Rules.Where(rule => rule.Upstream is { IsTokenizer: true }).Select(rule => rule.Pattern.HostText).OfType<string>().Distinct(StringComparer.Ordinal);
        using var services = new ServiceCollection().AddLogging()
            .AddProxy(Defaults(folder), null, RuleRehearsal.MakeKeys(), TimeProvider.System)
            .BuildServiceProvider();
        var handlers = services.GetRequiredService<HandlerCatalogue>();
        return $$"""
            realm: rehearsal
            data_folder: {{Quote(folder)}}
            access_rules: { sources: [{{string.Join(", ", paths.Select(path => $"{{ path: {Quote(path)} }}"))}}], matching_strategy: {{strategy}} }
            assertion: { audiences: [{{Quoted(audiences)}}] }
            tokenizer:
              enabled: true
              users_url: http://127.0.0.1:4461
              services_url: http://127.0.0.1:4462
              application: {{Application}}
              vaults: [{{string.Join(", ", vaults.Select(host => $"{{ host: {Quote(host)}, application: {Application} }}"))}}]
            authenticators: { {{Enabled(handlers.Authenticators)}} }
            authorizers: { {{Enabled(handlers.Authorizers)}} }
            mutators: { {{Enabled(handlers.Mutators)}} }
            errors: { handlers: { {{Enabled(handlers.Errors)}} } }
            """;
    }

    private static ProxySettings Defaults(string folder) =>
        ConfigDocument.Parse($"data_folder: {Quote(folder)}", "defaults", "AUTHPROXY", new Dictionary<string, string>()).Read(ProxySettings.Schema)!;

    private static string? AudienceOf(Rules.HandlerUse use) => ((use.Config as ConfigMapping)?["audience"] as ConfigScalar)?.Text;

    private static string Enabled<THandler>(HandlerKinds<THandler> kinds)
        where THandler : class => string.Join(", ", kinds.All.Select(kind => $"{kind.Name}: {{ enabled: true }}"));

    private static string Quoted(IEnumerable<string> texts) => string.Join(", ", texts.Select(Quote));

    // JSON text is YAML, whatever a path or a name holds.
    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
