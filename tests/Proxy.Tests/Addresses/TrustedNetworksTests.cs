using System.Net;
using AuthProxy.Proxy.Addresses;

namespace AuthProxy.Proxy.Tests.Addresses;

public class TrustedNetworksTests
{
    private static readonly TrustedNetworks Trusted = new([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")]);

    [Theory]
    [InlineData("10.0.0.1", null, "10.0.0.1")]
    [InlineData("10.0.0.1", "203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.1", "198.51.100.1, 203.0.113.7, 10.9.9.9", "203.0.113.7")]
    [InlineData("10.0.0.1", "198.51.100.1, nonsense, 10.9.9.9", "10.9.9.9")]
    [InlineData("203.0.113.9", "198.51.100.1", "203.0.113.9")]
    [InlineData("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7")]
    public void Client_is_the_rightmost_address_that_is_not_trusted(string peer, string? forwardedFor, string client) =>
        Assert.Equal(client, Trusted.ClientBehind(IPAddress.Parse(peer), forwardedFor).ToString());

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("198.51.100.1, 203.0.113.7", "203.0.113.7")]
    [InlineData("198.51.100.1, 203.0.113.7, 10.9.9.9", "203.0.113.7")]
    [InlineData("198.51.100.1, nonsense", null)]
    [InlineData("", null)]
    public void Believed_callers_word_of_the_client_is_the_rightmost(string forwardedFor, string? client) =>
        Assert.Equal(client, Trusted.ClientStatedIn(forwardedFor)?.ToString());

    [Fact]
    public void Nobody_is_trusted_by_default() => Assert.False(new TrustedNetworks([]).Contains(IPAddress.Loopback));
}
