using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Loading;

/// <summary>Reads rules of Oathkeeper's form: a bare list, or what stands in Kubernetes resources.</summary>
/// <param name="options">How they are read.</param>
/// <param name="faults">What keeps the set from going into force.</param>
/// <param name="tolerated">Faults of rules that are in the set all the same.</param>
internal sealed class OathkeeperReading(OathkeeperOptions options, ConfigFaults faults, ConfigFaults tolerated)
{
    /// <param name="root">What the rules stand in.</param>
    /// <param name="items">The rules.</param>
    public IReadOnlyList<Rule> Read(ConfigNode root, IReadOnlyList<ConfigNode> items)
    {
        if (options.Strategy == MatchingStrategy.Glob)
        {
            faults.Add(root, "is a list of Oathkeeper's rules, and access_rules.matching_strategy is glob, which is not available in this version");
            return [];
        }

        var rules = new List<Rule>(items.Count);
        foreach (var (index, item) in items.Index())
        {
            var own = new ConfigFaults();
            var rule = Read(item, own);
            Tell(own, item, index, rule is null ? faults : tolerated);
            if (rule is not null)
            {
                rules.Add(Named(rule, item, index));
            }
        }

        return rules;
    }

    /// <summary>The rule, whole or invalid; null where one of its faults is a fault of all.</summary>
    private Rule? Read(ConfigNode item, ConfigFaults own)
    {
        if (OathkeeperKeys.Keep(item, own) is not ConfigMapping kept)
        {
            own.Add(item, $"is {item.Kind}; write a mapping with match, authenticators, authorizer and mutators");
            return null;
        }

        var current = RuleMigration.Apply(kept, own);
        var readable = !own.Any;
        return OathkeeperFile.RuleSchema.TryRead(current, own, out var rule) && readable ? rule
            : readable && options.KeepInvalidRules ? InvalidRule.Read(current)
            : null;
    }

    private void Tell(ConfigFaults own, ConfigNode item, int index, ConfigFaults all)
    {
        all.AddRange(own.Select(Name));
        foreach (var warning in own.Warnings)
        {
            faults.Warn(Name(warning));
        }

        ConfigFault Name(ConfigFault fault) => fault with { Key = RuleKeys.Relative(item, fault.Key, index) };
    }

    private Rule Named(Rule rule, ConfigNode item, int index)
    {
        return rule with
        {
            Authenticators = Uses(rule.Authenticators),
            Authorizers = Uses(rule.Authorizers),
            Mutators = Uses(rule.Mutators),
            Errors = Uses(rule.Errors),
            Upstream = rule.Upstream is { } upstream ? upstream with { StripsAnywhere = options.StripFirstOccurrence } : null,
        };

        IReadOnlyList<HandlerUse> Uses(IReadOnlyList<HandlerUse> uses) => [.. uses.Select(use => use with { Key = RuleKeys.Relative(item, use.Key, index) })];
    }
}
