using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Authentication.Introspection;

/// <summary>What came of asking about a token.</summary>
internal abstract record IntrospectionOutcome
{
    private IntrospectionOutcome()
    {
    }

    /// <summary>The endpoint answered; whether that is good enough is the rule's to say.</summary>
    public sealed record Answered(IntrospectionAnswer Answer) : IntrospectionOutcome;

    /// <summary>It did not, or not so that anybody could tell.</summary>
    /// <param name="Refusal">What the client may know.</param>
    /// <param name="Why">For the operator.</param>
    public sealed record Refused(Refusal Refusal, string Why) : IntrospectionOutcome
    {
        /// <summary>What the endpoint said of its limits.</summary>
        public RateLimitHeaders RateLimit { get; init; } = RateLimitHeaders.None;
    }
}
