using System.Text.Json;

namespace AuthProxy.Rules.Requirements;

/// <summary>What the claims of a subject must say; all conditions must hold.</summary>
public sealed class Requirement
{
    /// <summary>Makes a requirement of at least one condition.</summary>
    public Requirement(IReadOnlyList<ClaimCondition> conditions) => Conditions = conditions;

    /// <summary>The conditions, in the order in which they were written.</summary>
    public IReadOnlyList<ClaimCondition> Conditions { get; }

    /// <summary>Checks the claims, a JSON object; anything else satisfies nothing.</summary>
    public RequirementOutcome Check(JsonElement claims)
    {
        foreach (var condition in Conditions)
        {
            if (condition.WhyNot(claims) is { } why)
            {
                return new RequirementOutcome.NotMet(condition.Claim, why);
            }
        }

        return RequirementOutcome.Met.Instance;
    }
}
