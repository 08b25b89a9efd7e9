using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Policies;

namespace AuthProxy.Proxy.Configuration;

/// <summary>The OpenID providers that log people in: <c>authenticators.oidc.config</c>.</summary>
/// <param name="Providers">In the order in which they were written; never empty.</param>
/// <param name="Preferred">Those whose sessions count where neither a rule nor the host says which; empty: the first.</param>
/// <param name="LoginHost">The public host where logins begin and end; null: the first public URL's.</param>
/// <param name="AfterLogout">Where the browser goes when its session has ended: a path of the login host or an absolute address; null: our own page says so.</param>
internal sealed record OidcSettings(
    IReadOnlyList<OidcProviderSettings> Providers, IReadOnlyList<string> Preferred, string? LoginHost, string? AfterLogout)
{
    private const int UsualAttempts = 300;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>How many requests to providers one client address, or one /64 network in IPv6, may cause by logging in.</summary>
    public RateLimit AttemptsPerAddress { get; init; } = new(UsualAttempts, Minute, RateLimitBy.Address, UsualAttempts);

    /// <summary>One provider's name, or a list of them.</summary>
    public static readonly Schema<IReadOnlyList<string>> Names = Declare.OneOf(
        scalar: Declare.Text.Select(name => (IReadOnlyList<string>)[name]), list: Declare.List(Declare.Text));

    public static readonly Schema<OidcSettings> Schema = Declare.Object<OidcSettings>("oidc", "Logs people in at an OpenID provider and believes the session cookie.", o =>
    {
        var only = new OidcProviderKeys(o, isOnlyOne: true);
        var providers = o.Map("providers", "name", OidcProviderSettings.Schema, "Several providers by name, in place of the keys of one; without a word of a rule or for the host the first counts.")
            .Must(map => map.Keys.All(IsName), "names are up to 40 lower-case letters, digits and hyphens").Optional();
        var provider = o.Value("provider", Names, "Whose sessions count, by name: in a rule for that rule, here for those that say nothing on hosts of no provider. Of a list all count, and people log in at the first.")
            .Must(names => names.Count > 0, "name at least one").Optional();
        var guest = o.Boolean("guest", "In a rule: whether people get in without a login too, as guests. Never for all rules at once.").Default(false)
            .Must(all => !all, "say so in each rule that lets guests in");
        var loginHost = o.Text("login_host", "The public host where logins begin and end; without the key the first of serve.proxy.public_urls.").Optional();
        var afterLogout = o.Text("after_logout", "Where the browser goes when its session has ended: a path of the login host, or an absolute address; without the key a page says so.")
            .Must(text => text.StartsWith('/') && !text.StartsWith("//", StringComparison.Ordinal)
                || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"), "write a path or an absolute address").Optional();
        var attempts = o.Integer("attempts_per_address", "How many requests to providers one client address (IPv6: the /64) may cause in a minute by logging in: codes that are redeemed, and requests that are pushed. Further ones are answered 429.")
            .Default(UsualAttempts).AtLeast(1).AtMost(100_000);
        return read =>
        {
            var all = read.Get(providers) is { } several ? Several(read, only, several) : [only.Read(read, OidcProviderSettings.DefaultName)];
            if (all.Count == 0)
            {
                read.Fault(providers!, "is empty; name at least one provider");
            }

            foreach (var unknown in (read.Get(provider) ?? []).Where(name => all.All(known => known.Name != name)))
            {
                read.Fault(provider!, $"names '{unknown}', which does not exist (known: {string.Join(", ", all.Select(known => known.Name))})");
            }

            _ = read.Get(guest);
            return new OidcSettings(all, read.Get(provider) ?? [], read.Get(loginHost), read.Get(afterLogout))
            {
                AttemptsPerAddress = new RateLimit(read.Get(attempts), Minute, RateLimitBy.Address, read.Get(attempts)),
            };
        };
    });

    private static IReadOnlyList<OidcProviderSettings> Several(ObjectReading read, OidcProviderKeys only, IReadOnlyDictionary<string, OidcProviderSettings> several)
    {
        foreach (var key in only.All.Where(read.IsGiven))
        {
            read.Fault(key, "stands beside providers; it belongs to one of them");
        }

        foreach (var host in several.Values.SelectMany(one => one.Hosts).GroupBy(host => host, StringComparer.OrdinalIgnoreCase).Where(host => host.Count() > 1))
        {
            read.Fault($"gives host '{host.Key}' to more than one provider");
        }

        foreach (var (one, other) in Pairs([.. several]).Where(pair => OidcClientSettings.CouldBeShownAt(pair.One.Value.Client, pair.Other.Value.Client)))
        {
            read.Fault($"lets providers '{one.Key}' and '{other.Key}' believe the same assertions of one client, so that each could show the other's; give them keys of their own, or leave client_assertion_audience at issuer");
        }

        return [.. several.Select(one => one.Value with { Name = one.Key })];
    }

    private static IEnumerable<(KeyValuePair<string, OidcProviderSettings> One, KeyValuePair<string, OidcProviderSettings> Other)> Pairs(KeyValuePair<string, OidcProviderSettings>[] all) =>
        all.SelectMany((one, at) => all.Skip(at + 1).Select(other => (one, other)));

    // It stands in the callback's path as it is.
    private static bool IsName(string name) =>
        name.Length is > 0 and <= 40 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && name[0] != '-' && name[^1] != '-';
}
