using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Tests.Patterns;

public class PathPatternTests
{
    [Theory]
    [InlineData("/**", "/", true)]
    [InlineData("/**", "/a/b", true)]
    [InlineData("/", "/", true)]
    [InlineData("/", "/a", false)]
    [InlineData("/admin/**", "/admin", true)]
    [InlineData("/admin/**", "/admin/", true)]
    [InlineData("/admin/**", "/admin/a/b/", true)]
    [InlineData("/admin/**", "/administrator", false)]
    [InlineData("/admin", "/admin/", true)]
    [InlineData("/admin/", "/admin", true)]
    [InlineData("/a/*", "/a/b", true)]
    [InlineData("/a/*", "/a", false)]
    [InlineData("/a/*", "/a/", false)]
    [InlineData("/a/*", "/a/b/c", false)]
    [InlineData("/a/{x}/c", "/a/b/c", true)]
    [InlineData("/a/{x}/c", "/a/b/d", false)]
    [InlineData("/a/{x}/**", "/a", false)]
    [InlineData("/café", "/caf%C3%A9", true)]
    [InlineData("/caf%C3%A9", "/caf%c3%a9", true)]
    [InlineData("/a+b", "/a%2Bb", true)]
    [InlineData("/a.b", "/axb", false)]
    public void Pattern_matches_whole_segments(string pattern, string path, bool matches) =>
        Assert.Equal(matches, PathPattern.TryParse(pattern, out _)!.Matches(Requests.Target(path).MatchPath));

    [Theory]
    [InlineData("admin", "must begin with a slash")]
    [InlineData("", "must begin with a slash")]
    [InlineData("/a//b", "two slashes in a row")]
    [InlineData("/**/a", "as its last segment only")]
    [InlineData("/a*", "a segment is a literal, '*' or '{name}' as a whole")]
    [InlineData("/{a}b", "a segment is a literal")]
    [InlineData("/{}", "a segment is a literal")]
    [InlineData("/{1a}", "a segment is a literal")]
    [InlineData("/{a}/{a}", "captures 'a' twice")]
    [InlineData("/a?b", "never part of a matched path")]
    [InlineData("/a#b", "never part of a matched path")]
    [InlineData("/a;b", "never part of a matched path")]
    [InlineData("/a b", "never part of a matched path")]
    [InlineData("/..", "which no request holds")]
    [InlineData("/a%2Fb", "which no request holds")]
    [InlineData("/a%zz", "which no request holds")]
    public void Text_that_is_no_pattern_says_why(string pattern, string why)
    {
        Assert.Null(PathPattern.TryParse(pattern, out var fault));
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }
}
