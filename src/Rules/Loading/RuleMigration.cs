using System.Globalization;
using System.Text.RegularExpressions;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Loading;

/// <summary>Rules that were written for older versions of Oathkeeper, in today's words.</summary>
internal static partial class RuleMigration
{
    private const int DefaultDelay = 100;

    private static readonly SemanticVersion LastWithCountedRetries = new(0, 32, 0, ["beta", "1"]);
    private static readonly SemanticVersion LastWithDollars = new(0, 37, 0, []);

    /// <summary>The rule as it would be written today. A rule without a version is written for today's.</summary>
    public static ConfigMapping Apply(ConfigMapping rule, ConfigFaults faults)
    {
        if (rule["version"] is not ConfigScalar { Text.Length: > 0 } written)
        {
            return rule;
        }

        if (!SemanticVersion.TryParse(written.Text, out var version))
        {
            faults.Add(written, "is no semantic version; write one such as v0.40.9, or leave it out");
            return rule;
        }

        if (version.IsAtMost(LastWithCountedRetries) && rule["mutators"] is ConfigSequence mutators)
        {
            rule = With(rule, "mutators", new ConfigSequence(mutators.File, mutators.Line, mutators.Key, [.. mutators.Items.Select(use => MoveRetry(use, faults))]));
        }

        return version.IsAtMost(LastWithDollars) && rule["authorizer"] is ConfigMapping authorizer ? With(rule, "authorizer", ReplaceDollars(authorizer)) : rule;
    }

    // The original leaves them under config.retry, where its own schema then refuses them.
    private static ConfigNode MoveRetry(ConfigNode use, ConfigFaults faults)
    {
        if (use is not ConfigMapping mutator || TextOf(mutator["handler"]) != "hydrator" || mutator["config"] is not ConfigMapping config
            || config["retry"] is not ConfigMapping retry || retry["number_of_retries"] is not { } count)
        {
            return use;
        }

        var delay = retry["delay_in_milliseconds"] is { } given ? ReadCount(given, faults) : DefaultDelay;
        if (ReadCount(count, faults) is not { } retries || delay is null)
        {
            return use;
        }

        var api = config["api"] as ConfigMapping ?? new ConfigMapping(config.File, config.Line, config.Key + ".api", Entries());
        var moved = new ConfigMapping(retry.File, retry.Line, api.Key + ".retry", Entries(
            ("give_up_after", Milliseconds(count, (long)retries * delay.Value)), ("max_delay", Milliseconds(count, delay.Value))));
        faults.Warn(retry, $"is read as config.api.retry: {{ give_up_after: {TextOf(moved["give_up_after"])}, max_delay: {TextOf(moved["max_delay"])} }}; the rule is written for an old version, so write it so");
        return With(mutator, "config", With(Without(config, "retry"), "api", With(api, "retry", api["retry"] ?? moved)));
    }

    private static ConfigMapping ReplaceDollars(ConfigMapping authorizer)
    {
        if (TextOf(authorizer["handler"]) != "keto_engine_acp_ory" || authorizer["config"] is not ConfigMapping config)
        {
            return authorizer;
        }

        foreach (var key in new[] { "required_action", "required_resource" })
        {
            if (config[key] is ConfigScalar text)
            {
                config = With(config, key, new ConfigScalar(text.File, text.Line, text.Key,
                    Dollar().Replace(text.Text, "{{ printIndex .MatchContext.RegexpCaptureGroups (sub $1 1 | int)}}"), isPlain: false));
            }
        }

        return With(authorizer, "config", config);
    }

    private static int? ReadCount(ConfigNode node, ConfigFaults faults)
    {
        if (int.TryParse(TextOf(node), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return count;
        }

        faults.Add(node, "is not right; write a whole number");
        return null;
    }

    private static ConfigScalar Milliseconds(ConfigNode place, long count) =>
        new(place.File, place.Line, place.Key, string.Create(CultureInfo.InvariantCulture, $"{count}ms"), isPlain: true);

    private static string? TextOf(ConfigNode? node) => (node as ConfigScalar)?.Text;

    private static ConfigMapping With(ConfigMapping mapping, string name, ConfigNode value)
    {
        var entries = new OrderedDictionary<string, ConfigNode>(mapping.Entries, StringComparer.Ordinal) { [name] = value };
        return new ConfigMapping(mapping.File, mapping.Line, mapping.Key, entries);
    }

    private static ConfigMapping Without(ConfigMapping mapping, string name)
    {
        var entries = new OrderedDictionary<string, ConfigNode>(mapping.Entries, StringComparer.Ordinal);
        entries.Remove(name);
        return new ConfigMapping(mapping.File, mapping.Line, mapping.Key, entries);
    }

    private static OrderedDictionary<string, ConfigNode> Entries(params (string Name, ConfigNode Value)[] entries) =>
        new(entries.Select(entry => KeyValuePair.Create(entry.Name, entry.Value)), StringComparer.Ordinal);

    [GeneratedRegex(@"\$([0-9]+)")]
    private static partial Regex Dollar();
}
