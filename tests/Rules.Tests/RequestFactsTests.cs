namespace AuthProxy.Rules.Tests;

public class RequestFactsTests
{
    [Theory]
    [InlineData("http", "App.Test", "app.test")]
    [InlineData("http", "app.test:80", "app.test")]
    [InlineData("https", "app.test:443", "app.test")]
    [InlineData("https", "app.test:80", "app.test:80")]
    [InlineData("http", "app.test:", "app.test")]
    [InlineData("http", "app.test.", "app.test")]
    [InlineData("http", "app.test.:8080", "app.test:8080")]
    [InlineData("http", "[::1]:80", "[::1]")]
    [InlineData("http", "[::1]", "[::1]")]
    [InlineData("http", "", "")]
    public void Host_has_one_spelling(string scheme, string host, string normal) =>
        Assert.Equal(normal, new RequestFacts("GET", scheme, host, Requests.Target("/")).Host);
}
