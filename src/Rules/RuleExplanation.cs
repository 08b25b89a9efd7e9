namespace AuthProxy.Rules;

/// <summary>Tells which rules came close to a request. It looks at all of them, so it is for people and not for each request.</summary>
internal static class RuleExplanation
{
    public static IReadOnlyList<RuleCandidate> Of(RuleSet rules, RequestFacts facts, int limit)
    {
        var answer = rules.Find(in facts);
        var named = NamedBy(answer);

        // A pattern may take its 250 ms to say no: only those that are told about are asked.
        return
        [
            .. rules.Rules
                .Select(rule => (rule, closeness: named.Contains(rule) ? int.MaxValue : rule.Pattern.Closeness(in facts)))
                .Where(candidate => candidate.closeness > 0)
                .OrderByDescending(candidate => candidate.closeness)
                .Take(limit)
                .Select(candidate => Explain(candidate.rule, answer, in facts))
                .OrderByDescending(candidate => candidate.Decides)
                .ThenByDescending(candidate => candidate.Matches),
        ];
    }

    private static HashSet<Rule> NamedBy(RuleLookup answer) => new(answer switch
    {
        RuleLookup.One one => [one.Rule],
        RuleLookup.Several several => several.Rules,
        RuleLookup.Failed failed => [failed.Rule],
        _ => [],
    }, ReferenceEqualityComparer.Instance);

    private static RuleCandidate Explain(Rule rule, RuleLookup answer, in RequestFacts facts)
    {
        if (rule.Pattern.WhyNot(in facts) is { } why)
        {
            return new RuleCandidate(rule, Matches: false, Decides: false, why);
        }

        var decides = answer is RuleLookup.One one && ReferenceEquals(one.Rule, rule);
        return new RuleCandidate(rule, Matches: true, decides, answer switch
        {
            _ when decides => "matches and decides",
            RuleLookup.One other => $"matches, and {other.Rule} is more specific",
            RuleLookup.Several several => $"matches, and so does {Others(several, rule)}; of several none decides",
            RuleLookup.Failed failed => $"matches, and whether {failed.Rule} does as well could not be told in time",
            RuleLookup.Refused refused => $"matches, and the request is refused: {refused.Why}",
            _ => "matches",
        });
    }

    private static string Others(RuleLookup.Several several, Rule rule) =>
        string.Join(", ", several.Rules.Where(other => !ReferenceEquals(other, rule)).Take(3));
}
