using AuthProxy.Rules.Policies;

namespace AuthProxy.Rules.Tests.Policies;

public class OriginPatternTests
{
    [Theory]
    [InlineData("https://app.example.com", "https://app.example.com")]
    [InlineData("HTTPS://App.Example.com", "https://app.example.com")]
    [InlineData("https://app.example.com:443", "https://app.example.com")]
    [InlineData("http://localhost:3000", "http://localhost:3000")]
    [InlineData("https://[::1]:8443", "https://[::1]:8443")]
    [InlineData("https://*.example.com", "https://a.example.com")]
    [InlineData("https://*.example.com", "https://a.b.example.com")]
    [InlineData("https://*.example.com:8443", "https://a.example.com:8443")]
    [InlineData("http://*.localhost:3000", "http://app.localhost:3000")]
    [InlineData("capacitor://localhost", "capacitor://localhost")]
    [InlineData("null", "null")]
    public void Listed_origin_matches(string pattern, string origin) => Assert.True(Parse(pattern).Matches(origin));

    [Theory]
    [InlineData("https://app.example.com", "https://evil.example.com")]
    [InlineData("https://app.example.com", "http://app.example.com")]
    [InlineData("https://app.example.com", "https://app.example.com:8443")]
    [InlineData("https://app.example.com", "https://app.example.com.evil.test")]
    [InlineData("https://app.example.com", "https://app.example.com/")]
    [InlineData("https://app.example.com", "null")]
    [InlineData("https://*.example.com", "https://evil-example.com")]
    [InlineData("https://*.example.com", "https://evilexample.com")]
    [InlineData("https://*.example.com", "https://example.com")]
    [InlineData("https://*.example.com", "https://.example.com")]
    [InlineData("https://*.example.com", "https://a..example.com")]
    [InlineData("https://*.example.com", "http://a.example.com")]
    [InlineData("https://*.example.com", "https://a.example.com:8443")]
    [InlineData("https://*.example.com", "https://a.example.com.evil.test")]
    [InlineData("https://*.example.com", "https://evil.test/.example.com")]
    [InlineData("https://*.example.com", "https://evil.test#.example.com")]
    [InlineData("https://*.example.com", "https://evil.test:1.example.com")]
    [InlineData("https://*.example.com", "https://user@a.example.com")]
    [InlineData("https://*.example.com", "https://evil.test\\.example.com")]
    [InlineData("https://*.example.com", "null")]
    [InlineData("https://*.example.com", "")]
    [InlineData("null", "https://app.example.com")]
    public void Other_origin_does_not(string pattern, string origin) => Assert.False(Parse(pattern).Matches(origin));

    [Theory]
    [InlineData("app.example.com"), InlineData("*"), InlineData(""), InlineData("://x"), InlineData("//app.example.com")]
    [InlineData("https://app.example.com/"), InlineData("https://app.example.com/path"), InlineData("https://user@app.example.com"), InlineData("https://app.example.com?x")]
    [InlineData("https://app.example.com:"), InlineData("https://app.example.com:0x50"), InlineData("https://app.example.com:99999")]
    [InlineData("https://*"), InlineData("https://*.com"), InlineData("https://*.*.example.com"), InlineData("https://a.*.example.com"), InlineData("https://*example.com"), InlineData("https://app-*.example.com")]
    [InlineData("ht*ps://app.example.com"), InlineData("*://app.example.com")]
    public void What_is_no_origin_is_a_fault(string text)
    {
        Assert.False(OriginPattern.TryParse(text, out _, out var fault));
        Assert.NotEmpty(fault);
    }

    private static OriginPattern Parse(string text)
    {
        Assert.True(OriginPattern.TryParse(text, out var pattern, out _));
        return pattern;
    }
}
