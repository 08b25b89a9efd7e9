using AuthProxy.TestKit;

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
    [InlineData(JwtTypes.Assertion), InlineData(JwtTypes.Service), InlineData(JwtTypes.Application), InlineData(JwtTypes.AuditCheckpoint)]
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

    [Theory]
    [InlineData("logout+jwt"), InlineData("application/LOGOUT+jwt"), InlineData("logout+jwt;v=1")]
    public async Task Logout_token_is_believed_only_where_one_is_asked_for(string type)
    {
        var clock = new FakeClock();

        Assert.Equal(JwtFault.TypeNotAccepted, await Tokens.Fault(Tokens.Sign(clock, type: type), clock));
        if (!type.Contains(';', StringComparison.Ordinal))
        {
            Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(Tokens.Sign(clock, type: type), clock, Tokens.Policy with { Type = JwtTypes.Logout }));
        }
    }

    [Theory]
    [InlineData("JWT", true), InlineData("application/jwt", true), InlineData("logout+jwt", true), InlineData("at+jwt", false), InlineData("authproxy-assertion+jwt", false)]
    public async Task Type_that_is_optional_may_be_the_general_one_and_no_other(string type, bool good)
    {
        var clock = new FakeClock();
        var policy = Tokens.Policy with { Type = JwtTypes.Logout, TypeIsOptional = true };

        Assert.Equal(good, await Tokens.Verify(Tokens.Sign(clock, type: type), clock, policy) is JwtOutcome.Verified);
        Assert.Equal(good && type == "logout+jwt", await Tokens.Verify(Tokens.Sign(clock, type: type), clock, policy with { TypeIsOptional = false }) is JwtOutcome.Verified);
    }

    [Fact]
    public async Task Token_that_tells_of_a_logout_is_no_credential_whatever_its_type_says()
    {
        var clock = new FakeClock();

        Assert.Equal(JwtFault.TypeNotAccepted, await Tokens.Fault(Tokens.Sign(clock, $$$""","events":{"{{{LogoutEvent.Name}}}":{}}"""), clock));
        Assert.IsType<JwtOutcome.Verified>(await Tokens.Verify(Tokens.Sign(clock, ""","events":["deployed"]"""), clock));
    }
}
