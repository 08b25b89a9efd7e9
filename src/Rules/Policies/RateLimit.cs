namespace AuthProxy.Rules.Policies;

/// <summary>How often requests may come: so many in a time, counted for each caller by itself.</summary>
/// <param name="Requests">How many requests a caller may make in <paramref name="Per"/>, evenly spread.</param>
/// <param name="Per">In which time.</param>
/// <param name="By">What makes two requests the same caller's.</param>
/// <param name="Burst">How many may come at once after a time of silence.</param>
public sealed record RateLimit(int Requests, TimeSpan Per, RateLimitBy By, int Burst);

/// <summary>What makes two requests the same caller's.</summary>
public enum RateLimitBy
{
    /// <summary>The client's address, or its /64 network in IPv6: known before anybody is asked who is calling.</summary>
    Address,

    /// <summary>Issuer and subject; whoever has no name counts by address.</summary>
    Subject,

    /// <summary>The session; whoever has none counts by subject.</summary>
    Session,

    /// <summary>Nothing: all requests of the rule together.</summary>
    Rule,
}
