using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Loading;

/// <summary>Reads rules of Oathkeeper's form: a bare list, or what stands in Kubernetes resources. One reads all files of a set.</summary>
internal sealed class OathkeeperReading
{
    private readonly OathkeeperOptions _options;
    private readonly Schema<UrlPattern?> _match;
    private readonly Schema<Rule?> _rule;

    /// <param name="options">How the rules are read.</param>
    public OathkeeperReading(OathkeeperOptions options)
    {
        _options = options;
        _match = OathkeeperFile.MatchSchema(options.Strategy == MatchingStrategy.Glob ? new GlobPatternReader() : new RegexpPatternReader());
        _rule = OathkeeperFile.RuleSchema(_match);
    }

    /// <param name="items">The rules.</param>
    /// <param name="faults">What keeps the set from going into force.</param>
    /// <param name="tolerated">Faults of rules that are in the set all the same.</param>
    public IReadOnlyList<Rule> Read(IReadOnlyList<ConfigNode> items, ConfigFaults faults, ConfigFaults tolerated)
    {
        var rules = new List<Rule>(items.Count);
        foreach (var (index, item) in items.Index())
        {
            var own = new ConfigFaults();
            var rule = Read(item, own);
            Tell(own, item, index, faults, rule is null ? faults : tolerated);
            if (rule is not null)
            {
                rules.Add(Named(rule, item, index, faults));
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
        return _rule.TryRead(current, own, out var rule) && readable ? rule
            : readable && _options.KeepInvalidRules ? InvalidRule.Read(current, _match)
            : null;
    }

    private static void Tell(ConfigFaults own, ConfigNode item, int index, ConfigFaults all, ConfigFaults faults)
    {
        // A rule whose tests cannot be read would go into force untested.
        foreach (var fault in own.Select(Name))
        {
            (fault.Key.Contains(": tests", StringComparison.Ordinal) ? all : faults).Add(fault);
        }

        foreach (var warning in own.Warnings)
        {
            all.Warn(Name(warning));
        }

        ConfigFault Name(ConfigFault fault) => fault with { Key = RuleKeys.Relative(item, fault.Key, index) };
    }

    private Rule Named(Rule rule, ConfigNode item, int index, ConfigFaults faults)
    {
        return rule with
        {
            Authenticators = Uses(rule.Authenticators),
            Authorizers = [.. rule.Authorizers.Select(use => use.Select(Name))],
            Mutators = Uses(rule.Mutators),
            Errors = Uses(rule.Errors),
            Tests = RuleTests.Of(rule.Tests, null, item, index, faults),
            Upstream = rule.Upstream is { } upstream ? upstream with { StripsAnywhere = _options.StripFirstOccurrence } : null,
        };

        IReadOnlyList<HandlerUse> Uses(IReadOnlyList<HandlerUse> uses) => [.. uses.Select(Name)];

        HandlerUse Name(HandlerUse use) => use with { Key = RuleKeys.Relative(item, use.Key, index) };
    }
}
