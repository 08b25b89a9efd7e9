using AuthProxy.Rules.Patterns;
using FsCheck;
using FsCheck.Fluent;

namespace AuthProxy.Rules.Tests;

/// <summary>The index must answer as if all rules had been tried, whatever the rules and the request.</summary>
public class RuleSetProperties
{
    private static readonly string[] Hosts = ["", "host: a.test, ", "host: b.a.test, ", "host: '*.a.test', ", "host: '*.b.a.test', ", "host: '*.test', "];
    private static readonly string[] Segments = ["a", "B", "cc", "*", "{x}", "a"];
    private static readonly string[] Methods = ["", ", methods: [GET]", ", methods: [PUT]", ", methods: [PUT, GET]"];
    private static readonly string[] RequestHosts = ["a.test", "b.a.test", "c.b.a.test", "x.test", "nowhere"];
    private static readonly string[] RequestSegments = ["a", "b", "CC", "d"];
    private static readonly string[] RequestMethods = ["GET", "HEAD", "PUT", "POST"];
    private static readonly string[] GlobHeads = ["http://a.test/", "http://a.test/<[ab]>", "<{http,https}>://a.test/", "http://<*>/", "http://<**>", "https://b.test/a/", "<{http,https}>://<{a,b}>.test/", "http://<?>.test/"];
    private static readonly string[] GlobTails = ["", "a", "b", "/a", "<*>", "<**>", "<[!b]*>", "a<{,/**}>", "<a|b>", "<{a,b,a/b}>", "<?>/<*>/CC", "<**>/CC", "<{a,b/**}>", "<{a,a/,a/b/**,**/CC}>"];
    private static readonly string[] UrlHeads = ["http://a.test/", "http://a.test/<[ab]>", "<https?>://a.test/", "http://<.*>/", "http://A.test:80/a", "https://b.test/a/", "<http|https>://a.test/", "<(http|https)>://<[a-z]+>.test/", "http://<[^/]+>/", "<.*>/", "http<s?>://<a|b>.test/"];
    private static readonly string[] UrlTails = ["", "a", "b", "/a", "<.*>", "<[ab]+>", "a<(/.*)?>", "<(?!a).*>", "<a|b>", "<.*>/CC", "<.*>/b/CC", "<[a-d]+>/b/CC<(|/.*)>", "a/b/<.+?>", "<(?i:cc)>", "<(a/)+>b", "<a|b/.*>", "<a|a/|a/b/.*|.*/CC>"];

    private static readonly Gen<string> Path =
        from segments in Gen.Elements(Segments).ListOf()
        from subtree in Gen.Elements("", "", "/**")
        let path = string.Concat(segments.Take(4).Select((segment, index) => "/" + segment.Replace("x", "x" + index, StringComparison.Ordinal))) + subtree
        select path.Length == 0 ? "/" : path;

    private static readonly Gen<RuleSet> OurSets =
        from matches in (from host in Gen.Elements(Hosts) from path in Path from methods in Gen.Elements(Methods) select $"{{ {host}path: '{path}'{methods} }}").ListOf()
        select WithoutTies([.. matches]);

    private static readonly Gen<RequestFacts> OurRequests =
        from host in Gen.Elements(RequestHosts)
        from segments in Gen.Elements(RequestSegments).ListOf()
        from slash in Gen.Elements("", "/")
        from method in Gen.Elements(RequestMethods)
        let path = string.Concat(segments.Take(5).Select(segment => "/" + segment))
        select new RequestFacts(method, "https", host, Requests.Target(path.Length == 0 ? "/" : path + slash));

    private static readonly Gen<RuleSet> TheirSets =
        from urls in (from head in Gen.Elements(UrlHeads) from tail in Gen.Elements(UrlTails) from methods in Gen.Elements("[GET]", "[get, PUT]", "[]") select (head + tail, methods)).ListOf()
        select urls.Count > 0 ? Loads.OathkeeperSet([.. urls.Select((url, index) => Loads.Oathkeeper("r" + index, url.Item1, url.methods))]) : RuleSet.Empty;

    private static readonly Gen<RuleSet> GlobSets =
        from urls in (from head in Gen.Elements(GlobHeads) from tail in Gen.Elements(GlobTails) from methods in Gen.Elements("[GET]", "[get, PUT]") select (head + tail, methods)).ListOf()
        select urls.Count > 0 ? Loads.Set(Loads.GlobLoad([.. urls.Select((url, index) => Loads.Oathkeeper("r" + index, url.Item1, url.methods))])) : RuleSet.Empty;

    private static readonly Gen<RequestFacts> TheirRequests =
        from scheme in Gen.Elements("http", "https")
        from host in Gen.Elements("a.test", "A.test:80", "b.test", "b.test:443")
        from segments in Gen.Elements(RequestSegments).ListOf()
        from method in Gen.Elements(RequestMethods)
        select new RequestFacts(method, scheme, host, Requests.Target("/" + string.Join('/', segments.Take(4)), new TargetOptions { OathkeeperCleaning = true }));

    [Fact]
    public void Index_of_our_form_finds_the_same_rule_as_trying_all() =>
        Prop.ForAll((from rules in OurSets from request in OurRequests select (rules, request)).ToArbitrary(), sample =>
        {
            var found = sample.rules.Find(sample.request) is RuleLookup.One one ? one.Rule : null;
            return ReferenceEquals(found, MostSpecific(sample.rules, sample.request));
        }).Check(Thorough);

    [Fact]
    public void Index_of_oathkeepers_form_finds_the_same_rules_as_trying_all() => FindsTheSameAsTryingAll(TheirSets);

    [Fact]
    public void Index_of_globs_finds_the_same_rules_as_trying_all() => FindsTheSameAsTryingAll(GlobSets);

    private static void FindsTheSameAsTryingAll(Gen<RuleSet> sets) =>
        Prop.ForAll((from rules in sets from requests in TheirRequests.ListOf(10) select (rules, requests)).ToArbitrary(), sample => sample.requests.All(request =>
        {
            var matching = sample.rules.Rules.Where(rule => rule.Pattern.Test(request) == PatternVerdict.Yes).ToArray();
            return sample.rules.Find(request) switch
            {
                RuleLookup.None => matching.Length == 0,
                RuleLookup.One one => matching is [var only] && ReferenceEquals(only, one.Rule),
                RuleLookup.Several several => matching.Length > 1 && several.Rules.Count == matching.Length && several.Rules.ToHashSet(ReferenceEqualityComparer.Instance).SetEquals(matching),
                _ => false,
            };
        })).Check(Thorough);

    private static Config Thorough => Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true);

    private static Rule? MostSpecific(RuleSet rules, RequestFacts request) =>
        rules.Rules
            .Where(rule => rule.Pattern.Test(request) == PatternVerdict.Yes)
            .OrderBy(rule => Specificity((RoutePattern)rule.Pattern), Comparer<int[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right)))
            .FirstOrDefault();

    /// <summary>Smaller is more specific: host, then each segment, then methods.</summary>
    private static int[] Specificity(RoutePattern pattern)
    {
        int host = pattern.Host switch { { Name: null } => 1000, { Below: true } below => 500 - below.Name.Length, _ => 0 };
        var segments = pattern.Path.Segments.Select(segment => segment.Literal is null ? 2 : 1);
        return [host, .. segments, .. pattern.Path.Subtree ? [3] : Enumerable.Repeat(0, 1), pattern.Methods.Count == 0 ? 1 : 0];
    }

    private static RuleSet WithoutTies(string[] matches)
    {
        var kept = new List<string>();
        foreach (var match in matches)
        {
            kept.Add($"- {{ id: r{kept.Count}, match: {match} }}\n");
            if (Loads.Ours(string.Concat(kept)).Set is null)
            {
                kept.RemoveAt(kept.Count - 1);
            }
        }

        return kept.Count == 0 ? RuleSet.Empty : Loads.OurSet(string.Concat(kept));
    }
}
