using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Loading;

/// <summary>
/// A rule with faults, as far as it can be read. It keeps its place in the set, because without it its URLs would fall to whatever wider
/// rule there is; each part that could not be read is a use without a name, which nobody passes.
/// </summary>
internal static class InvalidRule
{
    /// <summary>Null where it cannot be told which requests the rule is for: nothing can stand in for that.</summary>
    public static Rule? Read(ConfigMapping node, Schema<UrlPattern?> match)
    {
        // All of them have been told by the reading that failed.
        var known = new ConfigFaults();
        return node["match"] is not { } written || match.Read(written, known) is not { } pattern ? null : new Rule
        {
            Id = TextOf(node["id"]),
            Form = RuleForm.Oathkeeper,
            Description = TextOf(node["description"]),
            Pattern = pattern,
            Authenticators = Uses(node, "authenticators", known),
            Authorizers = [new AuthorizerUse.One(Use(node["authorizer"], node, "authorizer", known))],
            Mutators = Uses(node, "mutators", known),
            Errors = node["errors"] is null or ConfigSequence { Items.Count: 0 } ? [] : Uses(node, "errors", known),
            Upstream = node["upstream"] is not { } upstream ? null
                : OathkeeperFile.Upstream.TryRead(upstream, known, out var whole) ? whole
                : new UpstreamUse { IsInvalid = true },
            IsInvalid = true,
            File = node.File,
            Line = node.Line,
        };
    }

    private static IReadOnlyList<HandlerUse> Uses(ConfigMapping rule, string key, ConfigFaults known) =>
        rule[key] is ConfigSequence { Items: { Count: > 0 } items } ? [.. items.Select(item => Use(item, rule, key, known))] : [Use(null, rule, key, known)];

    private static HandlerUse Use(ConfigNode? node, ConfigMapping rule, string key, ConfigFaults known)
    {
        if (node is not null && OathkeeperFile.Handler.TryRead(node, known, out var use))
        {
            return use;
        }

        var place = node ?? rule;
        return new HandlerUse("", (node as ConfigMapping)?["config"], place.File, place.Line, node?.Key ?? $"{rule.Key}.{key}");
    }

    private static string TextOf(ConfigNode? node) => node is ConfigScalar { IsNull: false } scalar ? scalar.Text : "";
}
