using AuthProxy.Rules.Loading;

namespace AuthProxy.Rules.Tests.Loading;

public class SemanticVersionTests
{
    [Theory]
    [InlineData("0.30.0", "0.32.0-beta.1", true)]
    [InlineData("v0.32.0-beta.1+oryOS.12", "0.32.0-beta.1", true)]
    [InlineData("0.32.0-alpha.9", "0.32.0-beta.1", true)]
    [InlineData("0.32.0-beta", "0.32.0-beta.1", true)]
    [InlineData("0.32.0-1", "0.32.0-beta", true)]
    [InlineData("0.32.0-beta.2", "0.32.0-beta.10", true)]
    [InlineData("0.32.0-beta.2", "0.32.0-beta.1", false)]
    [InlineData("0.32.0", "0.32.0-beta.1", false)]
    [InlineData("0.37.0", "0.37.0", true)]
    [InlineData("0.37.1", "0.37.0", false)]
    [InlineData("26.2.0", "0.37.0", false)]
    public void Versions_stand_in_the_order_that_semver_gives_them(string one, string other, bool atMost)
    {
        Assert.True(SemanticVersion.TryParse(one, out var left));
        Assert.True(SemanticVersion.TryParse(other, out var right));

        Assert.Equal(atMost, left.IsAtMost(right));
    }

    [Theory]
    [InlineData("42"), InlineData("1.2"), InlineData("1.2.x"), InlineData("vv1.2.3"), InlineData("1.2.3 "), InlineData("1.2.3\n"), InlineData("99999999999.0.0"), InlineData("")]
    public void Anything_else_is_no_version(string text) => Assert.False(SemanticVersion.TryParse(text, out _));
}
