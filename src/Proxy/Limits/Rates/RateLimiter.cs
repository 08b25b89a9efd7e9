using AuthProxy.Proxy.Authentication;
using AuthProxy.Rules.Policies;

namespace AuthProxy.Proxy.Limits.Rates;

/// <summary>One limit of one rule.</summary>
/// <param name="rule">The rule's id: of two rules with the same limit, each has buckets of its own.</param>
/// <param name="limit">How often, and whose requests count together.</param>
/// <param name="buckets">Who has used how much.</param>
/// <param name="names">Names for callers.</param>
/// <param name="ownIssuer">Whose word a subject is of whom nobody knows anything.</param>
internal sealed class RateLimiter(string rule, RateLimit limit, BucketTable buckets, BucketNames names, string ownIssuer)
{
    private readonly ulong _everybody = names.OfRule(rule);

    public RateLimit Limit => limit;

    /// <summary>Whether the caller is known by its address alone, so that nobody needs to be asked who is calling.</summary>
    public bool GoesByAddress => limit.By is RateLimitBy.Address or RateLimitBy.Rule;

    public BucketVerdict Take(ProxiedRequest request) => buckets.Take(CallerOf(request));

    private ulong CallerOf(ProxiedRequest request) => limit.By switch
    {
        RateLimitBy.Rule => _everybody,
        RateLimitBy.Session when request.Subject.Session is { } session => names.Of(rule, "session", request.Subject.Issuer, session.Sid),

        // Nobody in particular is no caller: all of them would pay for one.
        RateLimitBy.Subject or RateLimitBy.Session when IsKnown(request.Subject) => names.Of(rule, "subject", request.Subject.Issuer, request.Subject.Id),
        _ => names.OfAddress(rule, request.Received.Client),
    };

    private bool IsKnown(Subject subject) => subject.Id.Length > 0 && subject.Issuer != ownIssuer;
}
