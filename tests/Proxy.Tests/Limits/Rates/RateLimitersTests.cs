using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Limits.Rates;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Limits.Rates;

public class RateLimitersTests
{
    [Fact]
    public void Rule_without_a_limit_has_none_to_look_at() => Assert.Null(Limiters().Create(Requests.Rule()));

    [Fact]
    public void Limits_are_sorted_by_when_they_can_be_checked()
    {
        var limits = Limiters().Create(Requests.Rule(more: "rate_limit: [ { requests: 1, by: session }, { requests: 2, by: address }, { requests: 3, by: rule }, { requests: 4, by: subject } ]"))!;

        Assert.Equal([2, 3], limits.BeforeAuthentication.Select(limiter => limiter.Limit.Requests));
        Assert.Equal([1, 4], limits.AfterAuthentication.Select(limiter => limiter.Limit.Requests));
    }

    // Each different limit takes memory, whoever writes it: a rule source of another team must not take all of it.
    [Theory]
    [InlineData(64, 0), InlineData(65, 1), InlineData(1000, 1)]
    public void Different_limits_have_an_end(int different, int faults)
    {
        var found = new ConfigFaults();

        RateLimiters.Check([.. Enumerable.Range(1, different).Select(requests => Requests.Rule(more: $"rate_limit: {{ requests: {requests} }}"))], found);

        Assert.Equal(faults, found.Count);
    }

    [Fact]
    public void Rules_with_the_same_limit_count_as_one()
    {
        var found = new ConfigFaults();

        RateLimiters.Check([.. Enumerable.Repeat(Requests.Rule(more: "rate_limit: { requests: 1 }"), 1000)], found);

        Assert.Empty(found);
    }

    private static RateLimiters Limiters() => new(new FakeClock(), Requests.Settings());
}
