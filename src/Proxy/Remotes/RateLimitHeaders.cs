using System.Globalization;
using System.Net.Http.Headers;

namespace AuthProxy.Proxy.Remotes;

/// <summary>What a service that answered 429, or a limit of our own, says of how often: <c>Retry-After</c> and <c>X-Ratelimit-*</c>, which are passed on and nothing else is.</summary>
internal sealed class RateLimitHeaders
{
    public static readonly RateLimitHeaders None = new([]);

    private const int LongestValue = 64;

    private static readonly string[] Names = ["Retry-After", "X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset", "X-Ratelimit-Type"];

    private readonly IReadOnlyList<KeyValuePair<string, string>> _headers;

    private RateLimitHeaders(IReadOnlyList<KeyValuePair<string, string>> headers) => _headers = headers;

    /// <summary>Picks them from an answer; values that no such header has are left out.</summary>
    public static RateLimitHeaders From(HttpHeaders answer) => new(
    [
        .. from name in Names
           let value = answer.NonValidated.TryGetValues(name, out var values) && values.Count == 1 ? values.ToString() : null
           where value is { Length: > 0 and <= LongestValue } && value.All(character => character is >= ' ' and <= '~')
           select KeyValuePair.Create(name, value),
    ]);

    /// <summary>Of a limit of our own. Times are whole seconds, rounded up: who comes back then does not come too early.</summary>
    public static RateLimitHeaders Of(long limit, long remaining, TimeSpan retryAfter, TimeSpan reset) => new(
    [
        KeyValuePair.Create("Retry-After", Seconds(retryAfter)),
        KeyValuePair.Create("X-Ratelimit-Limit", limit.ToString(CultureInfo.InvariantCulture)),
        KeyValuePair.Create("X-Ratelimit-Remaining", remaining.ToString(CultureInfo.InvariantCulture)),
        KeyValuePair.Create("X-Ratelimit-Reset", Seconds(reset)),
    ]);

    public void WriteTo(IHeaderDictionary headers)
    {
        foreach (var (name, value) in _headers)
        {
            headers[name] = value;
        }
    }

    private static string Seconds(TimeSpan time) => Math.Max(1, (long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
