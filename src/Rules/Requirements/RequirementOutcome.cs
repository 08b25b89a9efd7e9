namespace AuthProxy.Rules.Requirements;

/// <summary>Whether a subject's claims say what a rule requires.</summary>
public abstract record RequirementOutcome
{
    private RequirementOutcome()
    {
    }

    /// <summary>Every condition holds.</summary>
    public sealed record Met : RequirementOutcome
    {
        internal static readonly Met Instance = new();
    }

    /// <summary>A condition does not hold.</summary>
    /// <param name="Claim">The claim's name.</param>
    /// <param name="Why">For the operator; holds no value of the claim.</param>
    public sealed record NotMet(string Claim, string Why) : RequirementOutcome;

    /// <summary>The subject has not proved who it is in the way, or as lately, as is asked; another login may do.</summary>
    /// <param name="Why">For the operator.</param>
    public sealed record AuthenticationInsufficient(string Why) : RequirementOutcome;
}
