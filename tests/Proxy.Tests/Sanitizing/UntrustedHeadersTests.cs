using AuthProxy.Proxy.Sanitizing;

namespace AuthProxy.Proxy.Tests.Sanitizing;

public class UntrustedHeadersTests
{
    [Theory]
    [InlineData("X-Person"), InlineData("x_person"), InlineData("X.PERSON")]
    [InlineData("X-Auth-Anything"), InlineData("X_Auth.Assertion"), InlineData("x-auth-")]
    [InlineData("X-Forwarded-For"), InlineData("X_Forwarded_User"), InlineData("Forwarded")]
    [InlineData("Remote_User"), InlineData("Remote.Groups"), InlineData("X-Real-IP")]
    [InlineData("Transfer_Encoding"), InlineData("Content_Length"), InlineData("User.Agent"), InlineData("Te")]
    public void Header_that_could_look_like_our_word_goes_no_further(string name) =>
        Assert.True(UntrustedHeaders.Contains(name, UntrustedHeaders.Reserve(["X-Person"])));

    [Theory]
    [InlineData("X-HTTP-Method-Override"), InlineData("X_HTTP_Method"), InlineData("X-Original-URL"), InlineData("X-Rewrite-Url")]
    public void Method_or_path_override_cannot_dodge_the_rule(string name) =>
        Assert.True(UntrustedHeaders.Contains(name, UntrustedHeaders.Reserve([])));

    [Theory]
    [InlineData("Accept"), InlineData("Authorization"), InlineData("Cookie"), InlineData("Content-Length"), InlineData("User-Agent")]
    [InlineData("X-Persona"), InlineData("X-Authority"), InlineData("X-Request-Id"), InlineData("Content-Type")]
    public void Other_headers_travel(string name) =>
        Assert.False(UntrustedHeaders.Contains(name, UntrustedHeaders.Reserve(["X-Person", "Authorization"])));
}
