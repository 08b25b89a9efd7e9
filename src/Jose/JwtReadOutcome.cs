namespace AuthProxy.Jose;

/// <summary>What came of taking a token apart.</summary>
public abstract record JwtReadOutcome
{
    private JwtReadOutcome()
    {
    }

    /// <summary>It has the form of a JSON web token.</summary>
    /// <param name="Jwt">The token, not verified.</param>
    public sealed record Read(UnverifiedJwt Jwt) : JwtReadOutcome;

    /// <summary>It is none that we take.</summary>
    /// <param name="Why">For the operator; holds nothing of the token.</param>
    public sealed record Malformed(string Why) : JwtReadOutcome;
}
