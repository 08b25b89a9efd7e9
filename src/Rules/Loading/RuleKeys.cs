using System.Globalization;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Loading;

/// <summary>Says <c>rule 'orders'</c> where a key only counts: people know their rules by id.</summary>
internal static class RuleKeys
{
    public static ConfigFault Name(ConfigFault fault, ConfigNode root)
    {
        var (rules, prefix) = root is ConfigMapping mapping ? (mapping["rules"], "rules[") : (root, "[");
        var end = fault.Key.IndexOf(']', StringComparison.Ordinal);
        if (rules is not ConfigSequence list || !fault.Key.StartsWith(prefix, StringComparison.Ordinal) || end < 0
            || !int.TryParse(fault.Key[prefix.Length..end], NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= list.Items.Count)
        {
            return fault;
        }

        return fault with { Key = Of(list.Items[index], index, fault.Key[(end + 1)..]) };
    }

    /// <summary>The name of a rule's key, given the rule's own node.</summary>
    public static string Of(ConfigNode rule, int index, string rest)
    {
        var id = rule is ConfigMapping { Entries: var entries } && entries.GetValueOrDefault("id") is ConfigScalar { Text.Length: > 0 } written
            ? $"rule '{written.Text}'"
            : $"rule {(index + 1).ToString(CultureInfo.InvariantCulture)}";
        return rest.Length > 0 ? $"{id}: {rest.TrimStart('.')}" : id;
    }

    /// <summary>A key below a rule, or one that the rule has from its file's defaults.</summary>
    public static string Relative(ConfigNode rule, string key, int index) =>
        key.StartsWith(rule.Key, StringComparison.Ordinal) ? Of(rule, index, key[rule.Key.Length..]) : $"{Of(rule, index, "")}: {key}";
}
