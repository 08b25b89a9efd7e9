using System.Globalization;
using System.Text;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Bench.Matching;

/// <summary>A way in which people write many rules.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Strategy">How the pattern is read; null for our own form.</param>
/// <param name="Match">The rule's match, <c>{0}</c> standing for its number.</param>
/// <param name="Url">A URL that the rule of that number matches.</param>
public sealed record RuleShape(string Name, MatchingStrategy? Strategy, string Match, string Url)
{
    public static readonly IReadOnlyList<RuleShape> All =
    [
        new("ours, a path each", null, "{{ path: /service-{0}/** }}", "http://api.test/service-{0}/items/7"),
        new("ours, a host each", null, "{{ host: tenant-{0}.app.test, path: '/items/{{id}}' }}", "http://tenant-{0}.app.test/items/7"),
        new("regexp, a path each", MatchingStrategy.Regexp, "http://api.test/service-{0}/<.*>", "http://api.test/service-{0}/items/7"),
        new("regexp, a host each", MatchingStrategy.Regexp, "http://tenant-{0}.app.test/<.*>", "http://tenant-{0}.app.test/items/7"),
        new("regexp, both schemes", MatchingStrategy.Regexp, "<http|https>://api.test/service-{0}<(/.*)?>", "http://api.test/service-{0}/items/7"),
        new("regexp, any tenant's host", MatchingStrategy.Regexp, "http://<[a-z]+>.app.test/service-{0}/<[0-9]+>", "http://acme.app.test/service-{0}/7"),
        new("regexp, anything in front", MatchingStrategy.Regexp, "<https?>://<.*>.example.com/x{0}", "http://a.example.com/x{0}"),
        new("glob, a path each", MatchingStrategy.Glob, "http://api.test/service-{0}/<**>", "http://api.test/service-{0}/items/7"),
        new("glob, any tenant's host", MatchingStrategy.Glob, "<{{http,https}}>://<*>.app.test/service-{0}/<*>", "http://acme.app.test/service-{0}/7"),
    ];

    public override string ToString() => Name;

    /// <summary>A rule file with so many rules of this shape.</summary>
    public string Text(int rules)
    {
        var text = new StringBuilder(Strategy is null ? "version: authproxy/v1\ndefaults: { authenticators: [anonymous], upstream: 'http://127.0.0.1:3000' }\nrules:\n" : "");
        foreach (var number in Enumerable.Range(0, rules))
        {
            var match = string.Format(CultureInfo.InvariantCulture, Match, number);
            text.Append(CultureInfo.InvariantCulture, $"- {{ id: r{number}, match: ").Append(Strategy is null
                ? match
                : $"{{ url: '{match}', methods: [GET, POST] }}, authenticators: [{{ handler: noop }}], authorizer: {{ handler: allow }}, mutators: [{{ handler: noop }}], upstream: {{ url: 'http://127.0.0.1:3000' }}").Append(" }\n");
        }

        return text.ToString();
    }

    public RuleSet Load(int rules) => RuleFileReader.LoadText(Text(rules), "rules.yaml", strategy: Strategy ?? MatchingStrategy.Regexp) switch
    {
        { Set: { } set } => set,
        { Faults: var faults } => throw new InvalidOperationException(faults[0].ToString()),
    };

    /// <summary>Requests that rules spread over the whole set match.</summary>
    public RequestFacts[] Requests(RuleSet set, int requests) =>
    [
        .. Enumerable.Range(0, requests)
            .Select(index => (int)((long)index * set.Rules.Count / requests))
            .Select(number => new Uri(string.Format(CultureInfo.InvariantCulture, Url, number)))
            .Select(url => new RequestFacts("GET", url.Scheme, url.Host, ((TargetOutcome.Canonical)CanonicalTarget.Parse(url.AbsolutePath, set.TargetOptions)).Target)),
    ];
}
