using System.Net.Http.Headers;

namespace AuthProxy.Proxy.Remotes;

/// <summary>What a service that answered 429 said of its limits: <c>Retry-After</c> and <c>X-Ratelimit-*</c>, which are passed on and nothing else is.</summary>
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

    public void WriteTo(IHeaderDictionary headers)
    {
        foreach (var (name, value) in _headers)
        {
            headers[name] = value;
        }
    }
}
