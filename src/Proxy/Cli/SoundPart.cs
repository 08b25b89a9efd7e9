using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.Cli;

/// <summary>What is left of a configuration without its faulty keys, so that the faults of rules are told in the same pass.</summary>
internal static class SoundPart
{
    // What rules are held to. Without it they would have faults that they do not have.
    private static readonly string[] RulesAreHeldTo =
    [
        "serve.proxy.public_urls", "serve.proxy.host", "serve.proxy.socket", "tokenizer", "assertion.audiences", "forwarding",
        "authenticators", "authorizers", "mutators", "errors",
    ];

    /// <summary>Null where rules cannot be judged by what is left.</summary>
    public static ProxySettings? Of(ConfigDocument document)
    {
        var faulty = document.Faults.Select(fault => fault.Key).ToHashSet(StringComparer.Ordinal);
        var ignored = new ConfigFaults();
        return !faulty.Any(DecidesOverRules) && ProxySettings.Schema.TryRead(Without(document.Root, faulty), ignored, out var settings) ? settings : null;
    }

    /// <summary>Where the rules are, if at least that can be read.</summary>
    public static AccessRulesSettings? RulesOf(ConfigDocument document) =>
        document.Root is ConfigMapping root && root["access_rules"] is { } rules ? AccessRulesSettings.Schema.Read(rules, new ConfigFaults()) : null;

    private static bool DecidesOverRules(string key) =>
        key.Length == 0 || RulesAreHeldTo.Any(section => (key + ".").StartsWith(section + ".", StringComparison.Ordinal)
            || key.StartsWith(section + "[", StringComparison.Ordinal) || section.StartsWith(key + ".", StringComparison.Ordinal));

    private static ConfigNode Without(ConfigNode node, HashSet<string> keys) => node switch
    {
        ConfigMapping mapping => new ConfigMapping(mapping.File, mapping.Line, mapping.Key, new OrderedDictionary<string, ConfigNode>(
            mapping.Entries.Where(entry => !keys.Contains(entry.Value.Key)).Select(entry => KeyValuePair.Create(entry.Key, Without(entry.Value, keys))), StringComparer.Ordinal)),
        ConfigSequence list => new ConfigSequence(list.File, list.Line, list.Key, [.. list.Items.Where(item => !keys.Contains(item.Key)).Select(item => Without(item, keys))]),
        _ => node,
    };
}
