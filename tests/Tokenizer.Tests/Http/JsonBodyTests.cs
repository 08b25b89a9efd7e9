using System.Text;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Tokenizer.Tests.Http;

public class JsonBodyTests
{
    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"a":1,"A":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("""[{"a":1}]""")]
    public async Task Body_that_could_be_read_in_two_ways_is_refused(string json) =>
        Assert.Equal(TokenizerRefusals.BodyInvalid, Assert.IsType<Outcome<JsonBody>.No>(await ReadAsync(json)).Refused.Refusal);

    [Theory]
    [InlineData("""{"session":{"\ud800":1}}""")]
    [InlineData("""{"session":{"sid":"a","SID":"b"}}""")]
    [InlineData("""{"session":[]}""")]
    [InlineData("{}")]
    public async Task Half_of_a_surrogate_pair_in_a_nested_name_is_no_fault_of_ours(string json)
    {
        var body = Assert.IsType<Outcome<JsonBody>.Ok>(await ReadAsync(json)).Value;

        Assert.False(body.TryObject("session", out _));
    }

    private static Task<Outcome<JsonBody>> ReadAsync(string json)
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return JsonBody.ReadAsync(context, new LimitSettings(default, default, 0, 1024, default, TimeSpan.FromSeconds(15), default, 1), TimeProvider.System, 1024);
    }
}
