using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules;

/// <summary>What a rule set answers for a request. Exactly one rule is the only way on.</summary>
public abstract record RuleLookup
{
    private RuleLookup()
    {
    }

    /// <summary>This rule decides the request.</summary>
    public sealed record One(Rule Rule) : RuleLookup
    {
        /// <summary>What the rule's pattern captured; evaluated when asked.</summary>
        public RuleCaptures Captures(in RequestFacts facts) => new(Rule.Pattern, facts);
    }

    /// <summary>No rule is for this request.</summary>
    public sealed record None : RuleLookup
    {
        internal static readonly None Instance = new();
    }

    /// <summary>Oathkeeper's rules know no priority: several matches are nobody's.</summary>
    public sealed record Several(IReadOnlyList<Rule> Rules) : RuleLookup;

    /// <summary>A pattern did not come to an answer in time; that is never "no match".</summary>
    public sealed record Failed(Rule Rule, string Why) : RuleLookup;

    /// <summary>The target has more than one reading for these rules.</summary>
    public sealed record Refused(TargetFault Fault, string Why) : RuleLookup;
}
