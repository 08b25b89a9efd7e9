using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Proxy.Configuration;

/// <summary>Where rules come from, and what each source may speak about.</summary>
/// <param name="Sources">All of them, in order.</param>
/// <param name="Oathkeeper">How rules of Oathkeeper's form are read.</param>
internal sealed record AccessRulesSettings(IReadOnlyList<RuleSourceSettings> Sources, OathkeeperOptions Oathkeeper)
{
    // Oathkeeper takes one address in place of a list.
    private static readonly Schema<IReadOnlyList<RuleOrigin>> Repositories = Declare.OneOf(
        scalar: RepositoryAddress.Schema.Select<RuleOrigin, IReadOnlyList<RuleOrigin>>(origin => [origin]),
        list: Declare.List(RepositoryAddress.Schema));

    public static readonly Schema<AccessRulesSettings> Schema = Declare.Object<AccessRulesSettings>("access_rules", "Where the rules are.", o =>
    {
        var sources = o.List("sources", RuleSourceSettings.Schema, "Files, folders and addresses with rules, each with what it may speak about.");
        var repositories = o.Value("repositories", Repositories,
            "Oathkeeper's key, without limits: paths, file://, http://, https:// and inline:// addresses; one or a list. A file that is missing is taken when it appears.").Optional();
        var strategy = o.Choice("matching_strategy", "How Oathkeeper's rules write patterns.", ("regexp", MatchingStrategy.Regexp), ("glob", MatchingStrategy.Glob)).Default("regexp");
        var invalid = o.Choice("invalid_rules", "What becomes of faulty rules of Oathkeeper's form: keep the whole set from going into force, or match and answer 500 as Oathkeeper does.",
            ("refuse", false), ("answer_500", true)).Default("refuse");
        var strip = o.Choice("strip_path", "What strip_path of Oathkeeper's rules takes away: whole segments in front, or its first occurrence anywhere as in Oathkeeper.",
            ("prefix", false), ("first_occurrence", true)).Default("prefix");
        return read => new AccessRulesSettings(
            [.. read.Get(sources), .. (read.Get(repositories) ?? []).Select(origin => new RuleSourceSettings(origin, RuleSourceLimits.None))],
            new OathkeeperOptions { Strategy = read.Get(strategy), KeepInvalidRules = read.Get(invalid), StripFirstOccurrence = read.Get(strip) });
    });
}

/// <summary>One source of rules.</summary>
/// <param name="Origin">Where they are.</param>
/// <param name="Limits">What they may speak about; outside is a load error.</param>
internal sealed record RuleSourceSettings(RuleOrigin Origin, RuleSourceLimits Limits)
{
    public static readonly Schema<RuleSourceSettings> Schema = Declare.Object<RuleSourceSettings>("rule source", "One file, folder or address of rules.", o =>
    {
        var path = o.Path("path", "A file, or a folder of which every .yaml, .yml and .json file counts.").Optional();
        var url = o.Url("url", "An address that is asked for a rule file again and again; https outside loopback.")
            .Must(address => !Loopback.CouldBeRead(address), "write https (plain http is for loopback only)")
            .Must(address => address.UserInfo.Length == 0, "write no user information into an address; use authorization").Optional();
        var interval = o.Duration("interval", "How often the address is asked.").Default("1m").AtLeast("5s").AtMost("24h");
        var authorization = o.Secret("authorization", "Value of the Authorization header that the address is asked with.").Optional();
        var hosts = o.List("hosts", Declare.Text, "Hosts (bank.example.com, *.example.com) that its rules may match; without the key any.");
        var upstreams = o.List("upstreams", Declare.Text, "Upstreams (http://host:port, or the word tokenizer) that its rules may forward to; without the key any.");
        var audiences = o.List("audiences", Declare.Text, "Audiences of assertion.audiences for which its rules may have assertions signed, each by name; without the key any.");
        var destinations = o.List("destinations", Declare.Text,
            "Addresses and paths, as written, that its rules may have handlers call, take keys from or send browsers to; without the key any, or none where another limit is given.");
        var headers = o.List("headers", Declare.Text,
            "Headers (X-Bank-User) and beginnings (X-Bank-*) that its rules may set, because no client may then send them on any rule; without the key any, or X- names that clients do not commonly send where another limit is given.");
        return read =>
        {
            if (read.Get(path) is null == read.Get(url) is null)
            {
                read.Fault("needs exactly one of path and url");
            }
            else if (read.Get(url) is null && (read.IsGiven(interval) || read.IsGiven(authorization)))
            {
                read.Fault("has interval or authorization, which are for a url; a file is watched");
            }

            var limits = new RuleSourceLimits
            {
                Hosts = Given(hosts),
                Upstreams = Given(upstreams),
                Audiences = Given(audiences),
                Destinations = Given(destinations),
                Headers = Given(headers),
            };
            return new RuleSourceSettings(
                read.Get(url) is { } address ? new RuleOrigin.Address(address, read.Get(interval), read.Get(authorization)) : new RuleOrigin.Files(read.Get(path) ?? "", MayBeMissing: false), limits);

            IReadOnlyList<string>? Given(Setting<IReadOnlyList<string>> list) => read.IsGiven(list) ? read.Get(list) : null;
        };
    });
}
