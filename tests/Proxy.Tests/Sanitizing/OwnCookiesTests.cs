using AuthProxy.Proxy.Sanitizing;
using Microsoft.Extensions.Primitives;

namespace AuthProxy.Proxy.Tests.Sanitizing;

public class OwnCookiesTests
{
    [Theory]
    [InlineData("a=1; b=2", "a=1; b=2")]
    [InlineData("a=1; __Host-authproxy=s; b=2", "a=1; b=2")]
    [InlineData("__host-AuthProxy-login=s", "")]
    [InlineData("a=1;__Host-authproxy=s;  __Host-authproxy-login=t", "a=1")]
    [InlineData("a=1; =__Host-authproxy=s; = \"__Host-authproxy-login=t", "a=1")]
    [InlineData("a=\"x; __Host-authproxy=s\"; b=2", "a=\"x; b=2")]
    public void Our_cookies_are_taken_out_of_the_header(string header, string expected) =>
        Assert.Equal(expected, OwnCookies.Without(header).ToString());

    [Fact]
    public void Several_cookie_headers_of_HTTP2_become_one_without_ours() =>
        Assert.Equal("a=1; b=2", OwnCookies.Without(new StringValues(["a=1", "__Host-authproxy=s", "b=2"])).ToString());

    [Theory]
    [InlineData("__Host-authproxy=x; Path=/", true)]
    [InlineData(" __HOST-AUTHPROXY-login=x", true)]
    [InlineData("=__Host-authproxy=x; Path=/; Secure", true)]
    [InlineData(" = __Host-authproxy=x", true)]
    [InlineData("app=__Host-authproxy", false)]
    public void Upstream_that_sets_a_cookie_of_ours_is_noticed_even_without_a_name(string setCookie, bool expected) =>
        Assert.Equal(expected, OwnCookies.Sets(setCookie));
}
