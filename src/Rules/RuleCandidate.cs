namespace AuthProxy.Rules;

/// <summary>A rule that could have decided a request, and what became of it.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Matches">Whether its pattern fits the request, whoever decides in the end.</param>
/// <param name="Decides">Whether it is the one rule that decides the request.</param>
/// <param name="Why">For people, to be read behind the rule's name: <c>is for bank.test, not shop.test</c>.</param>
public sealed record RuleCandidate(Rule Rule, bool Matches, bool Decides, string Why);
