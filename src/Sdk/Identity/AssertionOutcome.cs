using System.Security.Claims;

namespace AuthProxy.Sdk;

/// <summary>What an assertion turned out to say.</summary>
internal abstract record AssertionOutcome
{
    private AssertionOutcome()
    {
    }

    public sealed record User(IReadOnlyList<Claim> Claims) : AssertionOutcome;

    /// <summary>Genuine, but of a request that the Proxy let through without a session.</summary>
    public sealed record Nobody : AssertionOutcome;

    public sealed record Refused(string Why) : AssertionOutcome;
}
