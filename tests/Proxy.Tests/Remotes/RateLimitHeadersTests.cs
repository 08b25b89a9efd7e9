using AuthProxy.Proxy.Remotes;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests.Remotes;

public class RateLimitHeadersTests
{
    [Fact]
    public void What_a_service_says_of_its_limits_is_passed_on_and_nothing_else_is()
    {
        var passed = PassedOn(("Retry-After", "3"), ("x-ratelimit-limit", "10"), ("X-RateLimit-Remaining", "0"), ("X-Ratelimit-Reset", "60"), ("X-Ratelimit-Type", "user"), ("Set-Cookie", "a=b"), ("X-Other", "1"));

        Assert.Equal(["Retry-After", "X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset", "X-Ratelimit-Type"], passed.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("3", passed["Retry-After"]);
    }

    [Fact]
    public void Value_that_no_such_header_has_is_left_out()
    {
        Assert.Empty(PassedOn(("Retry-After", new string('1', 65))));
        Assert.Empty(PassedOn(("Retry-After", "")));
        Assert.Empty(PassedOn(("Retry-After", "1\u0001")));
        Assert.Empty(PassedOn(("Retry-After", "1"), ("Retry-After", "2")));
    }

    private static HeaderDictionary PassedOn(params (string Name, string Value)[] headers)
    {
        using var message = new HttpResponseMessage();
        foreach (var (name, value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        var passed = new HeaderDictionary();
        RateLimitHeaders.From(message.Headers).WriteTo(passed);
        return passed;
    }
}
