using AuthProxy.Proxy.Addresses;

namespace AuthProxy.Proxy.Tests.Addresses;

public class PublicAddressesTests
{
    private static readonly PublicAddresses Configured = new([new("https", "app.example.com"), new("http", "bank.app.localhost:4455"), new("https", "[::1]:8443")]);

    [Theory]
    [InlineData("app.example.com", "https://app.example.com")]
    [InlineData("APP.example.COM", "https://app.example.com")]
    [InlineData("app.example.com:443", "https://app.example.com")]
    [InlineData("bank.app.localhost:4455", "http://bank.app.localhost:4455")]
    [InlineData("[::1]:8443", "https://[::1]:8443")]
    public void Host_names_one_of_the_configured_addresses(string host, string origin) =>
        Assert.Equal(origin, Configured.Find(host, "http")?.Origin);

    [Theory]
    [InlineData("evil.example")]
    [InlineData("app.example.com.evil.example")]
    [InlineData("app.example.com:8443")]
    [InlineData("bank.app.localhost")]
    [InlineData("app.example.com@evil.example")]
    [InlineData("user:app.example.com")]
    [InlineData("app.example.com/path")]
    [InlineData("app.example.com:")]
    [InlineData("app.example.com:443:443")]
    [InlineData("[app.example.com]")]
    [InlineData("")]
    [InlineData("app.example.com ")]
    public void Any_other_host_is_not_served(string host) => Assert.Null(Configured.Find(host, "https"));

    [Fact]
    public void Without_configured_addresses_the_request_says_who_we_are() =>
        Assert.Equal("http://localhost:8080", new PublicAddresses([]).Find("LOCALHOST:8080", "http")?.Origin);
}
