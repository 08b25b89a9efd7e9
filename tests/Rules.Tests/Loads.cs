using AuthProxy.Rules.Loading;

namespace AuthProxy.Rules.Tests;

/// <summary>Rule files as text.</summary>
internal static class Loads
{
    private const string Head = "version: authproxy/v1\ndefaults: { upstream: http://127.0.0.1:3000, authenticators: [oidc] }\nrules:\n";

    /// <summary>Rules of our form below common defaults; the first rule stands in line 4.</summary>
    public static RuleLoad Ours(string rules) => RuleFileReader.LoadText(Head + rules.ReplaceLineEndings("\n").TrimStart('\n'), "rules.yaml");

    public static RuleSet OurSet(string rules) => Set(Ours(rules));

    public static RuleSet Set(RuleLoad load)
    {
        Assert.Empty(load.Faults);
        Assert.NotNull(load.Set);
        return load.Set;
    }

    /// <summary>One of Oathkeeper's rules with nothing remarkable but its match.</summary>
    public static string Oathkeeper(string id, string url, string methods = "[GET]") =>
        $"- {{id: {id}, match: {{url: '{url}', methods: {methods}}}, authenticators: [{{handler: noop}}], authorizer: {{handler: allow}}, mutators: [{{handler: noop}}], upstream: {{url: http://one.test}}}}\n";

    public static RuleLoad OathkeeperLoad(params string[] rules) => RuleFileReader.LoadText(string.Concat(rules), "rules.yaml");

    public static RuleSet OathkeeperSet(params string[] rules) => Set(OathkeeperLoad(rules));

    /// <summary>The same under the strategy <c>glob</c>.</summary>
    public static RuleLoad GlobLoad(params string[] rules) => RuleFileReader.LoadText(string.Concat(rules), "rules.yaml", strategy: MatchingStrategy.Glob);

    public static string[] Faults(RuleLoad load)
    {
        Assert.Null(load.Set);
        return [.. load.Faults.Select(fault => fault.ToString())];
    }
}
