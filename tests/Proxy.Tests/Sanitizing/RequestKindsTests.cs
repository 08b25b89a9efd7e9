using AuthProxy.Proxy.Sanitizing;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests.Sanitizing;

public class RequestKindsTests
{
    [Theory]
    [InlineData("Navigation", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Accept: */*")]
    [InlineData("Programmatic", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe", "Accept: text/html")]
    [InlineData("Programmatic", "Sec-Fetch-Mode: cors", "Accept: text/html")]
    [InlineData("Programmatic", "X-Requested-With: XMLHttpRequest", "Accept: text/html")]
    [InlineData("Navigation", "Accept: text/html,application/xhtml+xml,*/*;q=0.8")]
    [InlineData("Programmatic", "Accept: */*")]
    [InlineData("Programmatic", "Accept: application/json")]
    [InlineData("Programmatic")]
    [InlineData("Grpc", "Content-Type: application/grpc+proto", "Accept: text/html")]
    public void Kind_goes_by_fetch_metadata_then_requested_with_then_accept(string expected, params string[] headers)
    {
        var dictionary = new HeaderDictionary();
        foreach (var header in headers)
        {
            var (name, value) = (header[..header.IndexOf(':', StringComparison.Ordinal)], header[(header.IndexOf(':', StringComparison.Ordinal) + 2)..]);
            dictionary.Append(name, value);
        }

        Assert.Equal(expected, RequestKinds.Of(dictionary).ToString());
    }
}
