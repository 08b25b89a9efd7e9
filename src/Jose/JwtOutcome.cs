namespace AuthProxy.Jose;

/// <summary>What came of verifying a token.</summary>
public abstract record JwtOutcome
{
    private JwtOutcome()
    {
    }

    /// <summary>Signature, times, issuer, audience and type are as the policy asks.</summary>
    /// <param name="Jwt">What may now be believed.</param>
    public sealed record Verified(VerifiedJwt Jwt) : JwtOutcome;

    /// <summary>It must not be believed.</summary>
    /// <param name="Fault">The kind of fault.</param>
    /// <param name="Why">For the operator; holds nothing of the token.</param>
    public sealed record Rejected(JwtFault Fault, string Why) : JwtOutcome;

    /// <summary>Nobody can tell now: its issuer's keys could not be had.</summary>
    /// <param name="Why">For the operator.</param>
    public sealed record KeysUnavailable(string Why) : JwtOutcome;
}
