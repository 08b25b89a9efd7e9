using AuthProxy.Proxy.Authorization.Grants;

namespace AuthProxy.Proxy.Tests.Authorization.Grants;

public class LooseQueryNamesTests
{
    [Theory]
    [InlineData("ssn_token"), InlineData("SSN_Token"), InlineData("ssn.token"), InlineData("ssn token"), InlineData(" ssn_token")]
    [InlineData("ssn_token[]"), InlineData("ssn_token[0]"), InlineData("ssn.token[x"), InlineData("ssn_token\0x")]
    public void Query_name_is_the_same_in_every_spelling(string received) => Assert.True(LooseQueryNames.AreEqual(received, "ssn_token"));

    [Theory]
    [InlineData("ssn_tokens"), InlineData("[ssn_token]"), InlineData("other"), InlineData("")]
    public void Other_query_names_are_others(string received) => Assert.False(LooseQueryNames.AreEqual(received, "ssn_token"));
}
