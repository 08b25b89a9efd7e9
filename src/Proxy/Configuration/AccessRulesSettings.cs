using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Proxy.Configuration;

/// <summary>Where rules come from, and what each source may speak about.</summary>
internal sealed record AccessRulesSettings(IReadOnlyList<RuleSourceSettings> Sources, MatchingStrategy Strategy)
{
    public static readonly Schema<AccessRulesSettings> Schema = Declare.Object<AccessRulesSettings>("access_rules", "Where the rules are.", o =>
    {
        var sources = o.List("sources", RuleSourceSettings.Schema, "Files and folders with rules, each with what it may speak about.");
        var repositories = o.List("repositories", Declare.Text, "Files and folders with rules, without limits: file:// addresses or paths.");
        var strategy = o.Choice("matching_strategy", "How Oathkeeper's rules write patterns.", ("regexp", MatchingStrategy.Regexp), ("glob", MatchingStrategy.Glob)).Default("regexp");
        return read => new AccessRulesSettings(
            [.. read.Get(sources), .. read.Get(repositories).Select(text => new RuleSourceSettings(PathOf(text), RuleSourceLimits.None))], read.Get(strategy));
    });

    // Oathkeeper's file://./rules.yaml is relative to the working folder, although no URL standard says so.
    private static string PathOf(string repository) =>
        repository.StartsWith("file://", StringComparison.OrdinalIgnoreCase) ? repository["file://".Length..] : repository;
}

/// <summary>One file or folder of rules.</summary>
/// <param name="Path">A file, or a folder of which every .yaml, .yml and .json file counts.</param>
/// <param name="Limits">What its rules may speak about; outside is a load error.</param>
internal sealed record RuleSourceSettings(string Path, RuleSourceLimits Limits)
{
    public static readonly Schema<RuleSourceSettings> Schema = Declare.Object<RuleSourceSettings>("rule source", "One file or folder of rules.", o =>
    {
        var path = o.Path("path", "A file, or a folder of which every .yaml, .yml and .json file counts.");
        var hosts = o.List("hosts", Declare.Text, "Hosts (bank.example.com, *.example.com) that its rules may match; without the key any.");
        var upstreams = o.List("upstreams", Declare.Text, "Upstreams (http://host:port, or the word tokenizer) that its rules may forward to; without the key any.");
        var audiences = o.List("audiences", Declare.Text, "Audiences of assertion.audiences for which its rules may have assertions signed, each by name; without the key any.");
        var destinations = o.List("destinations", Declare.Text,
            "Addresses and file:// paths, as written, that its rules may name as jwks_urls; without the key any, or none where another limit is given.");
        return read => new RuleSourceSettings(read.Get(path), new RuleSourceLimits
        {
            Hosts = read.IsGiven(hosts) ? read.Get(hosts) : null,
            Upstreams = read.IsGiven(upstreams) ? read.Get(upstreams) : null,
            Audiences = read.IsGiven(audiences) ? read.Get(audiences) : null,
            Destinations = read.IsGiven(destinations) ? read.Get(destinations) : null,
        });
    });
}
