using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Tests.Patterns;

public class UrlIndexTests
{
    private const int Rules = 2000;

    [Theory]
    [InlineData("http://api.test/service-{0}/<.*>", "http://api.test/service-1234/x/y")]
    [InlineData("http://api.test/service-{0}<(/.*)?>", "http://api.test/service-1234/x/y")]
    [InlineData("http://tenant-{0}.app.test/<.*>", "http://tenant-1234.app.test/x")]
    [InlineData("<http|https>://tenant-{0}.app.test/<.*>", "https://tenant-1234.app.test/x")]
    [InlineData("<https?>://<.*>.app.test/x{0}", "http://b.app.test/x1234")]
    [InlineData("http://<[a-z]+>.app.test/service-{0}/<.*>", "http://b.app.test/service-1234/x")]
    [InlineData("<.*>://<.*>/service-{0}/<.*>", "http://b.app.test/service-1234/x")]
    [InlineData("http://api.test/<[0-9]+>/<(?!admin).*>/service-{0}", "http://api.test/7/x/service-1234")]
    [InlineData("http://api.test/<service-{0}|svc-{0}>/<.*>", "http://api.test/svc-1234/x")]
    public void Few_rules_are_asked_however_many_there_are(string pattern, string url)
    {
        var reader = new RegexpPatternReader();
        var index = new UrlIndex(Enumerable.Range(0, Rules).Select(number => Entry(reader, string.Format(null, pattern, number))));

        Assert.InRange(Asked(index, url), 1, 2);
        Assert.IsType<RuleLookup.One>(Find(index, url));
        Assert.IsType<RuleLookup.None>(Find(index, url.Replace("1234", "99999", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("http://a.test/<x|y.*|z/.*>")]
    [InlineData("http://a.test/<|x|x/.*|.*x>")]
    [InlineData("http<s?>://a.test<(/.*)?>")]
    public void Rule_with_alternatives_is_found_once(string pattern)
    {
        var index = new UrlIndex([Entry(new RegexpPatternReader(), pattern)]);

        Assert.IsType<RuleLookup.One>(Find(index, "http://a.test/x"));
    }

    [Fact]
    public void Url_that_repeats_itself_does_not_ask_its_rules_again()
    {
        var reader = new RegexpPatternReader();
        var index = new UrlIndex(Enumerable.Range(0, Rules).Select(number => Entry(reader, $"http://<.*>.app.test/service-{number}/<.*>/end")));

        Assert.InRange(Asked(index, "http://a.app.test" + string.Concat(Enumerable.Repeat("/service-1234", 500))), 1, 2);
    }

    [Fact]
    public void Rules_without_any_literal_are_always_asked()
    {
        var reader = new RegexpPatternReader();
        var index = new UrlIndex(Enumerable.Range(0, 20).Select(number => Entry(reader, $"<.*>/{number}")));

        Assert.IsType<RuleLookup.One>(Find(index, "http://a.test/7"));
        Assert.IsType<RuleLookup.None>(Find(index, "http://a.test/20"));
        Assert.IsType<RuleLookup.None>(Find(index, "http://a.test/7", "PUT"));
    }

    private static RuleLookup Find(UrlIndex index, string url, string method = "GET")
    {
        using var matched = new MatchUrl(Requests.Facts(method, url));
        return index.Find(matched, method);
    }

    private static int Asked(UrlIndex index, string url)
    {
        using var matched = new MatchUrl(Requests.Facts("GET", url));
        return index.CountAsked(matched, "GET");
    }

    private static UrlEntry Entry(RegexpPatternReader reader, string pattern)
    {
        var read = reader.TryRead(pattern, ["GET"], out var fault);
        Assert.Equal("", fault);
        var rule = new Rule { Id = pattern, Form = RuleForm.Oathkeeper, Pattern = read!, Authenticators = [] };
        return new UrlEntry(read!, new RuleLookup.One(rule));
    }
}
