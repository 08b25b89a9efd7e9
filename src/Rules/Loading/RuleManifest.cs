using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Loading;

/// <summary>
/// Rules as Kubernetes resources of Ory's controller (<c>kind: Rule</c>), turned into the rules that the controller would write. What a
/// resource leaves out is refused: the controller puts <c>unauthorized</c> and <c>deny</c> there.
/// </summary>
internal static class RuleManifest
{
    private const string ApiVersion = "oathkeeper.ory.sh/v1alpha1";

    /// <summary>Whether a document is a Kubernetes resource of any kind.</summary>
    public static bool IsResource(ConfigNode root) => root is ConfigMapping mapping && mapping["apiVersion"] is ConfigScalar && mapping["kind"] is ConfigScalar;

    /// <summary>A rule in Oathkeeper's form for each <c>Rule</c> in the documents.</summary>
    public static IReadOnlyList<ConfigNode> ToRules(IEnumerable<ConfigNode> resources, ConfigFaults faults)
    {
        var rules = new List<ConfigNode>();
        foreach (var resource in resources)
        {
            AddRules(rules, resource, faults);
        }

        return rules;
    }

    private static void AddRules(List<ConfigNode> rules, ConfigNode node, ConfigFaults faults)
    {
        if (!IsResource(node) || node is not ConfigMapping resource)
        {
            faults.Add(node, "is no Kubernetes resource; write apiVersion and kind, or keep resources and other rules in files of their own");
            return;
        }

        switch (TextOf(resource["kind"]))
        {
            case "List" or "RuleList" when resource["items"] is ConfigSequence items:
                foreach (var item in items.Items)
                {
                    AddRules(rules, item, faults);
                }

                return;
            case "Rule" when TextOf(resource["apiVersion"]) == ApiVersion:
                if (ToRule(resource, faults) is { } rule)
                {
                    rules.Add(rule);
                }

                return;
            default:
                faults.Add(resource["kind"]!, $"is {TextOf(resource["kind"])} of {TextOf(resource["apiVersion"])}; write Rule of {ApiVersion}, or a List of such");
                return;
        }
    }

    private static ConfigMapping? ToRule(ConfigMapping resource, ConfigFaults faults)
    {
        var metadata = resource["metadata"] as ConfigMapping;
        if (metadata?["name"] is not ConfigScalar { Text.Length: > 0 } name)
        {
            faults.Add(resource, "has no metadata.name; give the rule a name");
            return null;
        }

        if (resource["spec"] is not ConfigMapping spec)
        {
            faults.Add(resource, $"'{name.Text}' has no spec; write match, authenticators, authorizer, mutators and upstream there");
            return null;
        }

        var rule = new OrderedDictionary<string, ConfigNode>(StringComparer.Ordinal)
        {
            ["id"] = new ConfigScalar(name.File, name.Line, name.Key, $"{name.Text}.{TextOf(metadata["namespace"]) ?? "default"}", isPlain: false),
        };
        foreach (var (key, value) in spec.Entries.Where(entry => entry.Key != "configMapName"))
        {
            rule[key] = key == "upstream" ? WithOurNames(value) : value;
        }

        rule.TryAdd("authenticators", new ConfigSequence(spec.File, spec.Line, spec.Key, [Handler(spec, "unauthorized")]));
        rule.TryAdd("authorizer", Handler(spec, "deny"));
        rule.TryAdd("mutators", new ConfigSequence(spec.File, spec.Line, spec.Key, [Handler(spec, "noop")]));
        return new ConfigMapping(resource.File, resource.Line, resource.Key, rule);
    }

    // Kubernetes writes its keys in camel case.
    private static ConfigNode WithOurNames(ConfigNode upstream) => upstream is not ConfigMapping mapping ? upstream :
        new ConfigMapping(mapping.File, mapping.Line, mapping.Key, new OrderedDictionary<string, ConfigNode>(
            mapping.Entries.Select(entry => KeyValuePair.Create(
                entry.Key switch { "stripPath" => "strip_path", "preserveHost" => "preserve_host", var key => key }, entry.Value)),
            StringComparer.Ordinal));

    private static ConfigMapping Handler(ConfigMapping spec, string name) =>
        new(spec.File, spec.Line, spec.Key, new OrderedDictionary<string, ConfigNode>(StringComparer.Ordinal)
        {
            ["handler"] = new ConfigScalar(spec.File, spec.Line, spec.Key, name, isPlain: true),
        });

    private static string? TextOf(ConfigNode? node) => node is ConfigScalar { IsNull: false } scalar ? scalar.Text : null;
}
