using AuthProxy.Rules;

namespace AuthProxy.Proxy.Cli.RuleCommands;

/// <param name="Id">The rule's id.</param>
/// <param name="Matched">Whether the request fits it.</param>
/// <param name="Why">Why, or why not.</param>
internal sealed record Candidate(string Id, bool Matched, string Why);

/// <summary>The rules that a request could have been for.</summary>
internal static class Candidates
{
    public static IReadOnlyList<Candidate> Of(RuleSet set, in RequestFacts facts) => set.Find(in facts) switch
    {
        RuleLookup.One one => [new Candidate(one.Rule.Id, true, set.Form == RuleForm.AuthProxy ? "the most specific rule for it" : "the only rule for it")],
        RuleLookup.Several several => [.. several.Rules.Select(rule => new Candidate(rule.Id, true, "one of several, and none has priority"))],
        RuleLookup.Failed failed => [new Candidate(failed.Rule.Id, false, failed.Why)],
        _ => [],
    };
}
