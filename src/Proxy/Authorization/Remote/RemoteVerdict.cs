using System.Net.Http.Headers;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Authorization.Remote;

/// <summary>What a service's answer means. Only 200 is a yes, and only 403 and 429 are answers that a client may learn of.</summary>
internal abstract record RemoteVerdict
{
    // As long as upstreams read a header line.
    private const int LongestHeader = 8 * 1024;

    private RemoteVerdict()
    {
    }

    /// <param name="ForUpstream">The answer's headers that go on.</param>
    public sealed record Yes(IReadOnlyList<KeyValuePair<string, string>> ForUpstream) : RemoteVerdict;

    /// <param name="Refusal">What the client may know.</param>
    /// <param name="Why">For the operator.</param>
    /// <param name="RateLimit">What the service said of its limits.</param>
    public sealed record No(Refusal Refusal, string Why, RateLimitHeaders RateLimit) : RemoteVerdict;

    /// <param name="outcome">What came of the question.</param>
    /// <param name="forward">The headers that are wanted of a yes.</param>
    public static RemoteVerdict Of(RemoteOutcome outcome, IReadOnlyList<string> forward) => outcome switch
    {
        RemoteOutcome.Answered { Status: 200 } answered => Read(answered.Headers, forward),
        RemoteOutcome.Answered { Status: 403 } => Refuse(ProxyRefusals.AccessDenied, "the service said no"),
        RemoteOutcome.Answered { Status: 429 } limited => new No(ProxyRefusals.RateLimited, "the service is asked too often", RateLimitHeaders.From(limited.Headers)),
        RemoteOutcome.Answered other => Refuse(ProxyRefusals.CheckFailed, $"the service answered status {other.Status}; only 200 is a yes"),
        RemoteOutcome.Unanswered unanswered => Refuse(ProxyRefusals.CheckFailed, unanswered.Why),
        _ => Refuse(ProxyRefusals.CheckFailed, "the question had no outcome"),
    };

    private static RemoteVerdict Read(HttpHeaders answer, IReadOnlyList<string> forward)
    {
        var headers = new List<KeyValuePair<string, string>>(forward.Count);
        foreach (var name in forward)
        {
            // The first value only, as Oathkeeper: a second one is nobody's decision.
            var value = answer.NonValidated.TryGetValues(name, out var values) ? values.First() : "";
            if (value.Length > LongestHeader || !HeaderText.IsOneLine(value))
            {
                return Refuse(ProxyRefusals.CheckFailed, $"the answer's header {name} is too long or holds what no header may hold");
            }

            headers.Add(KeyValuePair.Create(name, value));
        }

        return new Yes(headers);
    }

    private static No Refuse(Refusal refusal, string why) => new(refusal, why, RateLimitHeaders.None);
}
