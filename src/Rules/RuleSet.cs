using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules;

/// <summary>All rules in force: immutable, indexed when made. A reload makes a new one and swaps one reference.</summary>
public sealed class RuleSet
{
    /// <summary>No rules: every request is nobody's.</summary>
    public static readonly RuleSet Empty = new([], RuleForm.AuthProxy);

    private readonly RouteIndex _routes = new();
    private readonly UrlIndex _urls;

    private RuleSet(IReadOnlyList<Rule> rules, RuleForm form)
    {
        Rules = rules;
        Form = form;
        TargetOptions = new TargetOptions
        {
            OathkeeperCleaning = form == RuleForm.Oathkeeper,
            AllowEncodedSlash = rules.Any(rule => rule.AllowEncodedSlash),
        };
        _urls = new UrlIndex(rules.Where(rule => rule.Pattern is UrlPattern).Select(rule => new UrlEntry((UrlPattern)rule.Pattern, new RuleLookup.One(rule))));
    }

    /// <summary>The rules, in the order of their files.</summary>
    public IReadOnlyList<Rule> Rules { get; }

    /// <summary>The form that all of them are written in.</summary>
    public RuleForm Form { get; }

    /// <summary>How the targets of requests to this set have to be read.</summary>
    public TargetOptions TargetOptions { get; }

    /// <summary>Indexes the rules; null, with the faults told, where they cannot stand together.</summary>
    public static RuleSet? Build(IReadOnlyList<Rule> rules, ConfigFaults faults)
    {
        var before = faults.Count;
        var form = rules.Count > 0 ? rules[0].Form : RuleForm.AuthProxy;
        var set = new RuleSet(rules, form);
        foreach (var rule in rules)
        {
            // One target has one reading: Oathkeeper's cleaning and our refusals cannot both hold for it.
            if (rule.Form != form)
            {
                Fault(rule, "", $"is written in another form than {rules[0]} ({rules[0].File}:{rules[0].Line}); use one form for all rules");
            }
            else if (rule.Pattern is RoutePattern route && set._routes.Add(rule, route) is { } tie)
            {
                Fault(rule, ": match", $"ties with {tie} ({tie.File}:{tie.Line}): both are exactly as specific for the same requests");
            }
        }

        FindRepeatedIds(rules);
        return faults.Count == before ? set : null;

        void FindRepeatedIds(IReadOnlyList<Rule> all)
        {
            foreach (var repeated in all.Where(rule => rule.Form == RuleForm.AuthProxy).GroupBy(rule => rule.Id).SelectMany(group => group.Skip(1).Select(rule => (rule, group.First()))))
            {
                Fault(repeated.rule, ": id", $"is taken by {repeated.Item2.File}:{repeated.Item2.Line}");
            }
        }

        void Fault(Rule rule, string key, string message) => faults.Add(new ConfigFault(rule.File, rule.Line, $"{rule}{key}", message));
    }

    /// <summary>The rule that decides a request. The target must have been read with <see cref="TargetOptions"/>.</summary>
    public RuleLookup Find(in RequestFacts facts)
    {
        if (Form == RuleForm.Oathkeeper)
        {
            return FindUrl(facts);
        }

        var target = facts.Target;
        var found = _routes.Find(facts.HostName, target.MatchPath, facts.Method);
        if (target.MatchPath.Contains(';') && !ReferenceEquals(found, _routes.Find(facts.HostName, PathParameters.Remove(target.MatchPath), facts.Method)))
        {
            // "/admin;x/keys" is "/admin/keys" to servlet containers and a path of its own to everybody else.
            return new RuleLookup.Refused(TargetFault.PathParameters, "path parameters decide which rule matches");
        }

        return found is { Rule.AllowEncodedSlash: false } && target.HasEncodedSlash
            ? new RuleLookup.Refused(TargetFault.EncodedSlash, "the path holds an encoded slash, which the rule does not accept")
            : found ?? (RuleLookup)RuleLookup.None.Instance;
    }

    /// <summary>
    /// The rules that could have decided a request (those of its host, or that it begins like) and why each does or does not; the
    /// deciding one first, then others that match, then the closest. For people: it looks at every rule.
    /// </summary>
    public IReadOnlyList<RuleCandidate> Explain(in RequestFacts facts, int limit = 20) => RuleExplanation.Of(this, facts, limit);

    private RuleLookup FindUrl(in RequestFacts facts)
    {
        using var url = new MatchUrl(facts);
        return _urls.Find(url, facts.Method);
    }
}
