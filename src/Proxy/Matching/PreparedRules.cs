using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using AuthProxy.Proxy.Errors;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Matching;

/// <summary>Everything that is in force for requests, made in one go and swapped as one reference.</summary>
internal sealed class PreparedRules
{
    private readonly Dictionary<Rule, PreparedRule> _prepared;

    public PreparedRules(RuleSet set, IReadOnlyList<PreparedRule> rules, FrozenSet<string> reservedHeaderNames, IReadOnlyList<IErrorHandler> fallbackErrors, long revision)
    {
        RuleSet = set;
        Rules = rules;
        Valid = rules.Any(rule => rule.IsInvalid) ? [.. rules.Where(rule => !rule.IsInvalid)] : rules;
        ReservedHeaderNames = reservedHeaderNames;
        FallbackErrors = fallbackErrors;
        Revision = revision;
        Form = rules is [{ Rule.Form: var form }, ..] ? form : RuleForm.AuthProxy;
        AnswersCors = rules.Any(rule => rule.Cors is not null);

        // A rule is a record: comparing two by value would walk all that it holds.
        _prepared = new Dictionary<Rule, PreparedRule>(rules.Count, ReferenceEqualityComparer.Instance);
        foreach (var rule in rules)
        {
            _prepared.Add(rule.Rule, rule);
        }
    }

    /// <summary>No rules, no way through.</summary>
    public static PreparedRules Empty { get; } = new(RuleSet.Empty, [], [], [], 0);

    /// <summary>The index that finds the rule of a request.</summary>
    public RuleSet RuleSet { get; }

    /// <summary>The rules with their handlers, in the order of their files.</summary>
    public IReadOnlyList<PreparedRule> Rules { get; }

    /// <summary>Those without faults: what operators are shown as being in force.</summary>
    public IReadOnlyList<PreparedRule> Valid { get; }

    /// <summary>Every header that any rule can set: no client may send one, on any rule, in any spelling.</summary>
    public FrozenSet<string> ReservedHeaderNames { get; }

    /// <summary>The headers that tell an upstream who is asking, of all rules together; another proxy is told what to do with each.</summary>
    public IReadOnlyList<string> IdentityHeaderNames { get; init; } = [];

    /// <summary>Who answers refusals that no error handler of the rule answers.</summary>
    public IReadOnlyList<IErrorHandler> FallbackErrors { get; }

    /// <summary>Counts the rule sets that this process has taken.</summary>
    public long Revision { get; }

    /// <summary>Whose answers clients expect, also those whose request no rule matches: a set holds rules of one form.</summary>
    public RuleForm Form { get; }

    /// <summary>Whether any rule answers cross-origin requests itself, so that preflights have to be looked at.</summary>
    public bool AnswersCors { get; }

    public bool TryFind(Rule rule, [NotNullWhen(true)] out PreparedRule? found) => _prepared.TryGetValue(rule, out found);
}
