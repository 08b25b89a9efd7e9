using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Policies;

namespace AuthProxy.Rules.Loading;

/// <summary>How often a rule's requests may come: one limit, a list of them, or the word <c>none</c>.</summary>
internal static class RateLimitSchema
{
    private static readonly Schema<RateLimit> One = Declare.Object<RateLimit>("rate limit", "So many requests in a time, in each replica.", o =>
    {
        var requests = o.Integer("requests", "How many requests a caller may make in the time of per, evenly spread; further ones are answered 429.").AtLeast(1).AtMost(1_000_000);
        var per = o.Duration("per", "In which time.").Default("1m").AtLeast("1s").AtMost("24h");
        var by = o.Choice("by", "Whose requests count together. address (IPv6: the /64) and rule are checked before authentication; subject and session after it, and count by address who has none.",
            ("address", RateLimitBy.Address), ("subject", RateLimitBy.Subject), ("session", RateLimitBy.Session), ("rule", RateLimitBy.Rule)).Default("address");
        var burst = o.Integer("burst", "How many may come at once after a time of silence. Without the key as many as requests.").AtLeast(1).AtMost(1_000_000).Optional();
        return read => new RateLimit(read.Get(requests), read.Get(per), read.Get(by), read.Get(burst) ?? read.Get(requests));
    });

    public static readonly Schema<IReadOnlyList<RateLimit>> Schema = Declare.OneOf(
        scalar: Declare.Choice<IReadOnlyList<RateLimit>>(("none", [])),
        list: Declare.List(One).Select<IReadOnlyList<RateLimit>, IReadOnlyList<RateLimit>>((limits, node, faults) =>
        {
            if (limits.Count == 0)
            {
                faults.Add(node, "is empty; name at least one limit, or write none");
            }

            if (limits.Distinct().Count() < limits.Count)
            {
                faults.Add(node, "holds the same limit twice");
            }

            return limits;
        }),
        mapping: One.Select(limit => (IReadOnlyList<RateLimit>)[limit]));
}
