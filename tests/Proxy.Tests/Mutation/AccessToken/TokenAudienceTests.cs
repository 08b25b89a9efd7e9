using System.Buffers.Text;
using System.Text;
using AuthProxy.Proxy.Mutation.AccessToken;

namespace AuthProxy.Proxy.Tests.Mutation.AccessToken;

public class TokenAudienceTests
{
    [Theory]
    [InlineData("""{"aud":"calendar"}"""), InlineData("""{"aud":["calendar"]}"""), InlineData("""{"aud":["mail","calendar"]}""")]
    public void Token_for_the_rules_audience_is_passed_on(string claims) => Assert.Null(TokenAudience.WhyOfOthers(Token(claims), ["calendar", "mail"]));

    [Theory]
    [InlineData("""{"aud":"orders"}"""), InlineData("""{"aud":["calendar","orders"]}"""), InlineData("""{"aud":"Calendar"}"""), InlineData("""{"aud":"calendar/"}""")]
    public void Token_that_is_good_elsewhere_too_is_not(string claims) => Assert.Contains("for others", TokenAudience.WhyOfOthers(Token(claims), ["calendar"]), StringComparison.Ordinal);

    [Theory]
    [InlineData("{}"), InlineData("""{"aud":[]}"""), InlineData("""{"aud":{}}"""), InlineData("""{"aud":["calendar",1]}"""), InlineData("""{"aud":null}""")]
    public void Token_that_does_not_say_is_not(string claims) => Assert.Contains("does not say", TokenAudience.WhyOfOthers(Token(claims), ["calendar"]), StringComparison.Ordinal);

    [Theory]
    [InlineData("opaque"), InlineData("a.b.c"), InlineData("")]
    public void Token_that_cannot_be_read_is_not(string token) => Assert.NotNull(TokenAudience.WhyOfOthers(token, ["calendar"]));

    [Fact]
    public void Rule_without_an_audience_passes_any() => Assert.Null(TokenAudience.WhyOfOthers("opaque", []));

    private static string Token(string claims) => $"{Part("""{"alg":"ES256","typ":"at+jwt"}""")}.{Part(claims)}.{Part("signature")}";

    private static string Part(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
