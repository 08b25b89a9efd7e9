using System.Net;
using AuthProxy.Proxy.Limits.Rates;

namespace AuthProxy.Proxy.Tests.Limits.Rates;

public class BucketNamesTests
{
    private readonly BucketNames _names = new();

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void Ipv6_counts_by_network_because_its_owner_has_all_of_it(string one, string other, bool same) =>
        Assert.Equal(same, _names.OfAddress("r", IPAddress.Parse(one)) == _names.OfAddress("r", IPAddress.Parse(other)));

    [Fact]
    public void Same_caller_is_another_one_under_another_rule_or_issuer() => Assert.Equal(
        6,
        new HashSet<ulong>
        {
            _names.Of("r", "subject", "https://one.test", "alice"),
            _names.Of("s", "subject", "https://one.test", "alice"),
            _names.Of("r", "subject", "https://two.test", "alice"),
            _names.Of("r", "session", "https://one.test", "alice"),
            _names.Of("r", "subject", "https://one.testa", "lice"),
            _names.OfRule("r"),
        }.Count);

    [Fact]
    public void Nobody_outside_can_tell_which_callers_lie_together() =>
        Assert.NotEqual(_names.OfAddress("r", IPAddress.Loopback), new BucketNames().OfAddress("r", IPAddress.Loopback));
}
