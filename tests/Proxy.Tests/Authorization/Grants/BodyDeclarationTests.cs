using AuthProxy.Proxy.Authorization.Grants;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AuthProxy.Proxy.Tests.Authorization.Grants;

public class BodyDeclarationTests
{
    [Theory]
    [InlineData("application/json"), InlineData("Application/JSON"), InlineData("application/json; charset=utf-8"), InlineData("application/json;charset=\"UTF-8\"")]
    [InlineData("application/merge-patch+json"), InlineData("application/problem+json; charset=utf-8"), InlineData("application/json; profile=x")]
    public void Json_in_utf8_is_readable(string type) => Assert.Null(Why(("Content-Type", type)));

    [Theory]
    [InlineData("application/json; charset=utf-16"), InlineData("application/json; charset=utf-8; charset=utf-16"), InlineData("application/json; charset=")]
    [InlineData("application/json; charset=iso-8859-1"), InlineData("application/json; charset=utf-7")]
    [InlineData("text/json"), InlineData("text/plain"), InlineData("application/x-www-form-urlencoded"), InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/jsonp"), InlineData("application/json, text/plain"), InlineData("application/json-seq"), InlineData("application/x-ndjson")]
    [InlineData("application"), InlineData(""), InlineData("*/*"), InlineData("application/*"), InlineData("image/svg+json+xml")]
    public void Anything_else_is_not(string type) => Assert.NotNull(Why(("Content-Type", type)));

    [Fact]
    public void Missing_type_is_not() => Assert.NotNull(Why());

    [Fact]
    public void Two_content_types_are_not() =>
        Assert.NotNull(Why(("Content-Type", new StringValues(["application/json", "text/plain"]))));

    [Theory]
    [InlineData("gzip"), InlineData("br"), InlineData("identity, gzip"), InlineData("x")]
    public void Encoded_body_is_not(string encoding) =>
        Assert.NotNull(Why(("Content-Type", "application/json"), ("Content-Encoding", encoding)));

    [Fact]
    public void Identity_is_no_encoding() =>
        Assert.Null(Why(("Content-Type", "application/json"), ("Content-Encoding", "identity")));

    [Theory]
    [InlineData("Content_Type"), InlineData("content.type"), InlineData("Content_Encoding")]
    public void Second_spelling_that_a_lenient_server_reads_instead_is_not(string name) =>
        Assert.NotNull(Why(("Content-Type", "application/json"), (name, "application/x-www-form-urlencoded")));

    private static string? Why(params (string Name, StringValues Value)[] headers)
    {
        var dictionary = new HeaderDictionary();
        foreach (var (name, value) in headers)
        {
            dictionary[name] = value;
        }

        return BodyDeclaration.WhyUnreadable(dictionary);
    }
}
