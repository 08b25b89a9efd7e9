using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Rules.Loading;

/// <summary>
/// Which headers the rules of a source may set. No client may send a header that any rule sets, so a rule of team A that sets
/// <c>X-CSRF-Token</c> would take it from the clients of team B.
/// </summary>
internal static class HeaderLimit
{
    private const string Extension = "X-";
    private const string WithoutTheKey = "Authorization, Cookie, and X- names but those that clients commonly send; list others under headers";

    // A rule that sets one of these replaces it for its own upstream and reserves nothing.
    private static readonly string[] OfTheRuleAlone = ["Authorization", "Cookie"];

    private static readonly string[] SentByClients =
    [
        "X-CSRF-Token", "X-CSRFToken", "X-XSRF-Token", "X-Requested-With", "X-Request-Id", "X-Correlation-Id", "X-Api-Key", "X-Api-Version",
        "X-Amz-Date", "X-Client-Version", "X-Csrf", "X-Hub-Signature", "X-Hub-Signature-256", "X-GitHub-Event", "X-B3-TraceId", "X-B3-SpanId", "X-B3-Sampled",
    ];

    /// <summary>Every header that a rule sets and its source may not, with the handler that sets it.</summary>
    public static IEnumerable<(string Name, HandlerUse Use)> Beyond(Rule rule, RuleSourceLimits limits) =>
        limits.AreNone ? [] :
            from use in rule.Mutators.Concat(rule.Authorizers.SelectMany(authorizer => authorizer.Handlers))
            from name in HeadersSetBy.Of(use)
            where !Allows(limits.Headers, name)
            select (name, use);

    public static string Describe(RuleSourceLimits limits) =>
        limits.Headers is null ? WithoutTheKey : limits.Headers.Count > 0 ? string.Join(", ", limits.Headers) : "none";

    private static bool Allows(IReadOnlyList<string>? limit, string written)
    {
        var name = Spell(written);
        if (OfTheRuleAlone.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return true;
        }

        return limit is null
            ? name.StartsWith(Extension, StringComparison.OrdinalIgnoreCase) && !SentByClients.Contains(name, StringComparer.OrdinalIgnoreCase)
            : limit.Any(allowed => allowed.EndsWith('*')
                ? allowed.Length > 1 && name.StartsWith(Spell(allowed[..^1]), StringComparison.OrdinalIgnoreCase)
                : name.Equals(Spell(allowed), StringComparison.OrdinalIgnoreCase));
    }

    // X_Csrf.Token is reserved in every spelling, and so is judged in one.
    private static string Spell(string name) => name.Replace('_', '-').Replace('.', '-');
}
