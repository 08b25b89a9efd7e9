using AuthProxy.Proxy.Authentication;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AuthProxy.Proxy.Decisions;

/// <summary>
/// The end of a decision's path: yes, and what the caller's upstream is to be told. Every name that any rule sets is there, so that a
/// caller which copies what it finds leaves no gap that a client could fill.
/// </summary>
internal static class DecisionAnswer
{
    public static Task WriteAsync(HttpContext context)
    {
        var request = context.Proxied();
        var answer = context.Response.Headers;
        foreach (var (name, value) in request.Identity.All)
        {
            answer[name] = value;
        }

        // What forwarding would leave of them: a session's secret is nobody's but ours, and credentials that were used up stay here.
        var received = request.Received.Headers;
        State(answer, HeaderNames.Cookie, request.TravellingCookies);
        State(answer, HeaderNames.Authorization, request.HasConsumed(HeaderNames.Authorization) ? StringValues.Empty : received.Authorization);

        context.Decision().Caller!.Convention.Withhold(answer, NamesOf(request).Where(name => !answer.ContainsKey(name)).ToList());
        answer.CacheControl = "no-store";
        context.Response.ContentLength = 0;
        context.Decision().IsAllowed = true;
        return Task.CompletedTask;
    }

    private static IEnumerable<string> NamesOf(ProxiedRequest request) =>
        [.. request.Match.Set.IdentityHeaderNames, HeaderNames.Cookie, HeaderNames.Authorization, .. request.Consumed == ConsumedCredentials.Header ? [request.ConsumedHeader!] : Array.Empty<string>()];

    private static void State(IHeaderDictionary answer, string name, StringValues remaining)
    {
        if (remaining.Count > 0 && !answer.ContainsKey(name))
        {
            answer[name] = remaining;
        }
    }
}
