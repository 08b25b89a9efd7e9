using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Loading;

/// <summary>
/// Keeps the keys that Oathkeeper knows, whatever their case, and our <c>tests</c>, which it ignores. Warns of the others: a key that
/// somebody relies on should not vanish without a word.
/// </summary>
internal static class OathkeeperKeys
{
    private static readonly string[] OfHandler = ["handler", "config"];

    private static readonly Dictionary<string, string[]> OfSection = new(StringComparer.Ordinal)
    {
        [""] = ["id", "version", "description", "match", "authenticators", "authorizer", "mutators", "errors", "upstream", "tests"],
        ["match"] = ["url", "methods", "authority", "full_method", "allow_http_get"],
        ["authenticators"] = OfHandler,
        ["authorizer"] = OfHandler,
        ["mutators"] = OfHandler,
        ["errors"] = OfHandler,
        ["upstream"] = ["url", "preserve_host", "strip_path"],
    };

    public static ConfigNode Keep(ConfigNode rule, ConfigFaults faults) => Keep(rule, "", faults);

    private static ConfigNode Keep(ConfigNode node, string section, ConfigFaults faults) => node switch
    {
        ConfigSequence list => new ConfigSequence(list.File, list.Line, list.Key, [.. list.Items.Select(item => Keep(item, section, faults))]),
        ConfigMapping mapping => Keep(mapping, section, faults),
        _ => node,
    };

    private static ConfigMapping Keep(ConfigMapping mapping, string section, ConfigFaults faults)
    {
        var known = OfSection[section];
        var kept = new OrderedDictionary<string, ConfigNode>(StringComparer.Ordinal);
        foreach (var (written, value) in mapping.Entries)
        {
            var name = known.FirstOrDefault(key => key.Equals(written, StringComparison.OrdinalIgnoreCase));
            if (name is null)
            {
                faults.Warn(value, "has no effect: Oathkeeper's rules have no such key" + Suggestion.For(written, known));
            }
            else if (value is ConfigScalar { IsNull: true })
            {
                continue;
            }
            else if (!kept.TryAdd(name, section.Length == 0 && OfSection.ContainsKey(name) ? Keep(value, name, faults) : value))
            {
                faults.Add(value, $"is written twice in different case; write {name} once");
            }
        }

        return new ConfigMapping(mapping.File, mapping.Line, mapping.Key, kept);
    }
}
