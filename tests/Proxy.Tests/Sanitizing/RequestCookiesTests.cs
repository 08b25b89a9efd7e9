using AuthProxy.Proxy.Sanitizing;
using Microsoft.Extensions.Primitives;

namespace AuthProxy.Proxy.Tests.Sanitizing;

public class RequestCookiesTests
{
    [Theory]
    [InlineData("a=1; s=x; b=2", "x", false)]
    [InlineData("s=", "", false)]
    [InlineData("S=x; ss=y; as=z", null, false)]
    [InlineData("s=x; s=y", null, true)]
    [InlineData("s=x;s=x", null, true)]
    public void Cookie_is_found_by_its_very_name_and_twice_is_ambiguous(string header, string? value, bool ambiguous) =>
        Assert.Equal((value, ambiguous), RequestCookies.Find(header, "s"));

    [Fact]
    public void Cookies_of_two_header_lines_count_together() => Assert.True(RequestCookies.Find(new StringValues(["s=1", "s=2"]), "s").IsAmbiguous);

    [Theory]
    [InlineData("a=1; s=x; b=2", "a=1; b=2")]
    [InlineData("s=x", "")]
    [InlineData("\"s=x; a=1", "a=1")]
    [InlineData("s =x; ss=1", "ss=1")]
    [InlineData("a=1;; b=2 ;s=x", "a=1; b=2")]
    [InlineData("s", "")]
    public void Named_cookies_are_taken_out_in_every_spelling(string header, string rest) => Assert.Equal(rest, RequestCookies.Without(header, ["s"]).ToString());

    [Fact]
    public void Taking_out_the_only_cookie_allocates_nothing()
    {
        var header = new StringValues($"{OwnCookies.Prefix}={new string('x', 43)}");
        Assert.Equal(0, OwnCookies.Without(header).Count);

        var before = GC.GetAllocatedBytesForCurrentThread();
        OwnCookies.Without(header);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
