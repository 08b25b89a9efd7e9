using System.Text.Json;
using AuthProxy.Hosting.Refusals;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Hosting.Tests.Refusals;

public class RefusalResponseTests
{
    private static readonly Refusal Invalid = new(401, "credentials-invalid", "The credentials were not accepted.") { Challenge = "Bearer error=\"invalid_token\"" };

    [Fact]
    public async Task Refusal_is_written_as_problem_details()
    {
        var (context, body) = await WriteAsync("GET", support: "QX7-PAL");

        Assert.Equal(401, context.Response.StatusCode);
        Assert.Equal("application/problem+json", context.Response.ContentType);
        Assert.Equal("no-store", context.Response.Headers.CacheControl);
        Assert.Equal("Bearer error=\"invalid_token\"", context.Response.Headers.WWWAuthenticate);
        Assert.Equal(body.Length, context.Response.ContentLength);
        using var problem = JsonDocument.Parse(body);
        Assert.Equal("urn:authproxy:refusal:credentials-invalid", problem.RootElement.GetProperty("type").GetString());
        Assert.Equal("The credentials were not accepted.", problem.RootElement.GetProperty("title").GetString());
        Assert.Equal(401, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Equal("t-1", problem.RootElement.GetProperty("traceId").GetString());
        Assert.Equal("QX7-PAL", problem.RootElement.GetProperty("support").GetString());
    }

    [Fact]
    public async Task Head_gets_the_head_only()
    {
        var (context, body) = await WriteAsync("HEAD", support: null);

        Assert.Empty(body);
        Assert.True(context.Response.ContentLength > 0);
    }

    private static async Task<(HttpContext Context, byte[] Body)> WriteAsync(string method, string? support)
    {
        using var stream = new MemoryStream();
        var context = new DefaultHttpContext { TraceIdentifier = "t-1" };
        context.Request.Method = method;
        context.Response.Body = stream;
        await RefusalResponse.WriteAsync(context, Invalid, support);
        await context.Response.BodyWriter.FlushAsync();
        return (context, stream.ToArray());
    }
}
