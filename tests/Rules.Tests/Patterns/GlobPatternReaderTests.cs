using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Tests.Patterns;

public class GlobPatternReaderTests
{
    [Theory]
    [InlineData("<*>", "a", true)]
    [InlineData("<*>", "a.b", false)]
    [InlineData("<*>", "a/b", false)]
    [InlineData("a<*>", "a", true)]
    [InlineData("<**>", "a.b/c", true)]
    [InlineData("a<**>", "a", true)]
    [InlineData("<***>", "a/b", true)]
    [InlineData("<*.*>", "a.b", true)]
    [InlineData("<?>", "a", true)]
    [InlineData("<?>", "ab", false)]
    [InlineData("<?>", ".", false)]
    [InlineData("a<?>b", "ab", false)]
    [InlineData("<?*>", "a", true)]
    [InlineData("<*?>", "a", true)]
    [InlineData("<*?>", "abc", true)]
    [InlineData("<*??>", "a", false)]
    [InlineData("<[abc]>", "b", true)]
    [InlineData("<[abc]>", "d", false)]
    [InlineData("<[a,b]>", ",", true)]
    [InlineData("<[a-c]>", "b", true)]
    [InlineData("<[a-c]>", "-", false)]
    [InlineData("<[abc-]>", "-", true)]
    [InlineData("<[!abc]>", "d", true)]
    [InlineData("<[!abc]>", "a", false)]
    [InlineData("a<[!abc]>", "a", false)]
    [InlineData("<[!a-c]>", "d", true)]
    [InlineData("<[!a-c]>", "b", false)]
    [InlineData("<[^a]>", "^", true)]
    [InlineData("<[^a]>", "b", false)]
    [InlineData(@"<[\]x]>", "]", true)]
    [InlineData("<{users,groups}>", "groups", true)]
    [InlineData("<{users,groups}>", "users,groups", false)]
    [InlineData("<{a,b*}>", "bcd", true)]
    [InlineData("<{a,b*}>", "ab", false)]
    [InlineData("<{a,ab}{c,bcd}{d*,}>", "abcd", true)]
    [InlineData("<{*,**}>/x", "a/b/x", true)]
    [InlineData("<{a,}>b", "b", true)]
    [InlineData("<{}>b", "b", true)]
    [InlineData("<{a,{b,c}d}>", "cd", true)]
    [InlineData("<a,b>", "a,b", true)]
    [InlineData("<a}>", "a}", true)]
    [InlineData(@"<\*>", "*", true)]
    [InlineData(@"<\*>", "a", false)]
    [InlineData(@"<\{a,b\}>", "{a,b}", true)]
    [InlineData(@"<{a\,b,c}>", "a,b", true)]
    [InlineData("<http|https>", "http|https", true)]
    [InlineData("<http|https>", "http", false)]
    [InlineData("*", "*", true)]
    [InlineData("*", "a", false)]
    [InlineData("<?>", "%F0%9F%98%80", true)]
    [InlineData("<??>", "%F0%9F%98%80", false)]
    [InlineData("<[!a]>", "%F0%9F%98%80", true)]
    [InlineData("<{😀,é}>", "%F0%9F%98%80", true)]
    public void Pattern_matches_as_the_table_says(string pattern, string path, bool matches) =>
        Assert.Equal(matches ? "r" : "-", Loads.Set(Loads.GlobLoad(Loads.Oathkeeper("r", "http://a.test/" + pattern))).Answer("GET", "http://a.test/" + path));

    [Theory]
    [InlineData("<[a-zA-Z]>", "has more in brackets than one range; write the alternatives in braces")]
    [InlineData("<[z-a]>", "has the range z-a, which runs backwards")]
    [InlineData("<[]>", "has brackets with nothing in them")]
    [InlineData("<[!]>", "has brackets with nothing in them")]
    [InlineData("<[a>", "has a '[' without its ']'")]
    [InlineData("<{a,b>", "has a '{' without its '}'")]
    [InlineData("<{a>/<b}>", "has a '{' without its '}'")]
    [InlineData(@"<a\>", "ends in a backslash with nothing to take literally")]
    [InlineData("<a", "has unbalanced angle brackets")]
    [InlineData("<[😀]>", "lists a character beyond U+FFFF")]
    [InlineData("<{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{a}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}>", "nests braces too deeply")]
    public void Faulty_pattern_is_a_load_error(string pattern, string fault) =>
        Assert.StartsWith($"rules.yaml:1: rule 'r': match.url {fault}", Assert.Single(Loads.Faults(Loads.GlobLoad(Loads.Oathkeeper("r", "http://a.test/" + pattern)))), StringComparison.Ordinal);

    [Fact]
    public void Pattern_of_too_many_alternatives_is_a_load_error() =>
        Assert.Contains("has more alternatives than a pattern may have", Assert.Single(Loads.Faults(Loads.GlobLoad(Loads.Oathkeeper("r", $"http://a.test/<{{{string.Join(',', Enumerable.Range(0, 400))}}}>")))), StringComparison.Ordinal);

    [Fact]
    public void Nothing_is_captured()
    {
        var rules = Loads.Set(Loads.GlobLoad(Loads.Oathkeeper("r", "http://a.test/<*>/<{a,b}>")));
        var facts = Requests.Facts("GET", "http://a.test/x/a", rules.TargetOptions);

        Assert.True(Assert.IsType<RuleLookup.One>(rules.Find(facts)).Captures(facts).TryReadAll(out var captures));
        Assert.Empty(captures);
    }

    [Fact]
    public void Many_stars_are_answered_at_once() =>
        Assert.Equal("-", Loads.Set(Loads.GlobLoad(Loads.Oathkeeper("r", "http://a.test/<*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a>b"))).Answer("GET", "http://a.test/" + new string('a', 4000)));

    [Fact]
    public void Line_feed_at_the_end_does_not_match()
    {
        var pattern = new GlobPatternReader().TryRead("http://a.test/<admin>", ["GET"], out _)!;

        Assert.Equal(PatternVerdict.Yes, pattern.Test("http://a.test/admin"));
        Assert.Equal(PatternVerdict.No, pattern.Test("http://a.test/admin\n"));
    }
}
