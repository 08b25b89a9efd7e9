namespace AuthProxy.Jose.Tests;

public class JwtTypesTests
{
    [Theory]
    [InlineData("JWT", "jwt"), InlineData("application/at+jwt", "at+jwt"), InlineData("at+jwt", "APPLICATION/AT+JWT")]
    public void Types_are_the_same_without_regard_to_case_and_prefix(string left, string right) => Assert.True(JwtTypes.Same(left, right));

    [Theory]
    [InlineData("JWT", "at+jwt"), InlineData("application/application/at+jwt", "at+jwt"), InlineData("text/jwt", "jwt"), InlineData("", "jwt")]
    public void Other_types_are_not(string left, string right) => Assert.False(JwtTypes.Same(left, right));

    [Theory]
    [InlineData(JwtTypes.Assertion), InlineData(JwtTypes.Service), InlineData(JwtTypes.Application)]
    [InlineData("AuthProxy-Assertion+JWT"), InlineData("application/authproxy-assertion+jwt"), InlineData(" authproxy-service+jwt ; v=1")]
    public void Our_own_kinds_are_ours_in_every_spelling(string type) => Assert.True(JwtTypes.IsOurs(type));

    [Theory]
    [InlineData(null), InlineData(""), InlineData("JWT"), InlineData("at+jwt"), InlineData("authproxy")]
    public void Others_are_not_ours(string? type) => Assert.False(JwtTypes.IsOurs(type));

    [Fact]
    public void Our_kinds_differ_from_each_other()
    {
        Assert.False(JwtTypes.Same(JwtTypes.Assertion, JwtTypes.Service));
        Assert.False(JwtTypes.Same(JwtTypes.Assertion, JwtTypes.Application));
        Assert.False(JwtTypes.Same(JwtTypes.Service, JwtTypes.Application));
    }
}
