namespace AuthProxy.Rules.Tests;

/// <summary>Requests as the Proxy would hand them to a rule set.</summary>
internal static class Requests
{
    public static CanonicalTarget Target(string raw, TargetOptions? options = null) =>
        Assert.IsType<TargetOutcome.Canonical>(CanonicalTarget.Parse(raw, options ?? TargetOptions.Strict)).Target;

    public static TargetFault Fault(string raw, TargetOptions? options = null) =>
        Assert.IsType<TargetOutcome.Malformed>(CanonicalTarget.Parse(raw, options ?? TargetOptions.Strict)).Fault;

    public static RequestFacts Facts(string method, string url, TargetOptions? options = null)
    {
        var separator = url.IndexOf("://", StringComparison.Ordinal);
        var rest = url[(separator + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return new RequestFacts(method, url[..separator], slash < 0 ? rest : rest[..slash], Target(slash < 0 ? "/" : rest[slash..], options));
    }

    public static RuleLookup Find(this RuleSet rules, string method, string url) =>
        rules.Find(Facts(method, url, rules.TargetOptions));

    /// <summary>The id of the rule that decides, or what the answer is instead.</summary>
    public static string Answer(this RuleSet rules, string method, string url) => rules.Find(method, url) switch
    {
        RuleLookup.One one => one.Rule.Id,
        RuleLookup.None => "-",
        RuleLookup.Several several => $"({several.Rules.Count})",
        RuleLookup.Failed => "failed",
        RuleLookup.Refused refused => $"refused {refused.Fault}",
        _ => "?",
    };
}
