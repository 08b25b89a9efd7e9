using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Tests.Patterns;

public class HostPatternTests
{
    [Theory]
    [InlineData("a.test", "a.test", true)]
    [InlineData("A.Test", "a.test", true)]
    [InlineData("a.test", "b.a.test", false)]
    [InlineData("*.a.test", "b.a.test", true)]
    [InlineData("*.a.test", "c.b.a.test", true)]
    [InlineData("*.a.test", "a.test", false)]
    [InlineData("*.a.test", ".a.test", false)]
    [InlineData("[::1]", "[::1]", true)]
    public void Host_is_matched_by_labels(string pattern, string host, bool matches) =>
        Assert.Equal(matches, HostPattern.TryParse(pattern, out _)!.Value.Matches(host));

    [Theory]
    [InlineData("evil-a.test")]
    [InlineData("evila.test")]
    [InlineData("a.test.evil")]
    [InlineData("b.a.test.evil")]
    public void Wildcard_ends_at_a_label_boundary(string host) =>
        Assert.False(HostPattern.TryParse("*.a.test", out _)!.Value.Matches(host));

    [Theory]
    [InlineData("a.test:8080")]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("a.*.test")]
    [InlineData("*a.test")]
    [InlineData("a..test")]
    [InlineData("http://a.test")]
    [InlineData("a test")]
    public void Text_that_is_no_host_is_refused(string pattern) => Assert.Null(HostPattern.TryParse(pattern, out _));

    [Theory]
    [InlineData("a.test", "a.test", true)]
    [InlineData("b.a.test", "*.a.test", true)]
    [InlineData("*.a.test", "*.a.test", true)]
    [InlineData("*.b.a.test", "*.a.test", true)]
    [InlineData("a.test", "*.a.test", false)]
    [InlineData("*.a.test", "a.test", false)]
    [InlineData("*.test", "*.a.test", false)]
    [InlineData("evil-a.test", "*.a.test", false)]
    public void Limit_covers_what_lies_within_it(string pattern, string limit, bool within) =>
        Assert.Equal(within, HostPattern.TryParse(pattern, out _)!.Value.IsWithin(HostPattern.TryParse(limit, out _)!.Value));
}
