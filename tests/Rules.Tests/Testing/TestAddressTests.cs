using AuthProxy.Rules.Testing;

namespace AuthProxy.Rules.Tests.Testing;

public class TestAddressTests
{
    [Theory]
    [InlineData("https://a.test/x?y=1", "https", "a.test", "/x?y=1")]
    [InlineData("HTTP://A.test:8080", "http", "A.test:8080", "/")]
    [InlineData("https://a.test?y", "https", "a.test", "/?y")]
    [InlineData("https://a.test//b/../c%2F", "https", "a.test", "//b/../c%2F")]
    [InlineData("https://a.test\\b", "https", "a.test", "/\\b")]
    [InlineData("https://[::1]:1/x", "https", "[::1]:1", "/x")]
    public void Address_is_taken_apart_without_changing_a_byte_of_it(string url, string scheme, string host, string target) =>
        Assert.Equal(new TestAddress(scheme, host, target), TestAddress.TryParse(url));

    [Theory]
    [InlineData("/x"), InlineData("a.test/x"), InlineData("ftp://a.test/"), InlineData("https:///x"), InlineData("https://"), InlineData("https://user@a.test/")]
    public void What_is_no_address_of_a_host_is_none(string url) => Assert.Null(TestAddress.TryParse(url));
}
