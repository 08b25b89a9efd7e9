using System.Text.Json;

namespace AuthProxy.Rules.Requirements;

/// <summary>What the claims of a subject must say, and how the subject must have proved who it is; all of it must hold.</summary>
public sealed class Requirement
{
    /// <summary>Makes a requirement of at least one condition.</summary>
    public Requirement(IReadOnlyList<ClaimCondition> conditions, AuthenticationRequirement? authentication = null) =>
        (Conditions, Authentication) = (conditions, authentication);

    /// <summary>The conditions, in the order in which they were written.</summary>
    public IReadOnlyList<ClaimCondition> Conditions { get; }

    /// <summary>How, and how lately, the subject must have proved who it is; null: not asked.</summary>
    public AuthenticationRequirement? Authentication { get; }

    /// <summary>Checks a subject. Claims go first: who lacks a group gets it by no login, however strong.</summary>
    /// <param name="claims">Its claims, a JSON object; anything else satisfies nothing.</param>
    /// <param name="facts">How it proved who it is; never from claims that somebody else could have written.</param>
    /// <param name="now">What time it is.</param>
    public RequirementOutcome Check(JsonElement claims, AuthenticationFacts facts, DateTimeOffset now)
    {
        foreach (var condition in Conditions)
        {
            if (condition.WhyNot(claims) is { } why)
            {
                return new RequirementOutcome.NotMet(condition.Claim, why);
            }
        }

        return Authentication?.WhyNot(facts, now) is { } insufficient ? new RequirementOutcome.AuthenticationInsufficient(insufficient) : RequirementOutcome.Met.Instance;
    }
}
