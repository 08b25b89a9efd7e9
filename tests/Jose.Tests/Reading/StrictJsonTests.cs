using System.Text;
using AuthProxy.Jose.Reading;

namespace AuthProxy.Jose.Tests.Reading;

public class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"a":1}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("""{"x":{"a":1,"b":2,"a":3}}""")]
    [InlineData("""{"x":[{"y":[{"a":1,"a":2}]}]}""")]
    [InlineData("""{"":1,"":2}""")]
    public void Member_that_stands_twice_is_refused_at_every_level(string json) => Assert.NotNull(Parse(json));

    [Fact]
    public void Member_that_stands_twice_among_many_is_refused()
    {
        var members = string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"m{i}\":{i}"));
        Assert.Null(Parse("{" + members + "}"));
        Assert.NotNull(Parse("{" + members + ",\"m250\":0}"));
    }

    [Fact]
    public void Same_name_in_different_objects_is_fine() => Assert.Null(Parse("""{"a":{"a":1},"b":[{"a":1},{"a":2}],"A":0}"""));

    [Theory]
    [InlineData("[]"), InlineData("1"), InlineData("\"a\""), InlineData("null"), InlineData("")]
    [InlineData("{"), InlineData("{}x"), InlineData("{} {}"), InlineData("{\"a\":1,}"), InlineData("{a:1}"), InlineData("{'a':1}")]
    [InlineData("/**/{}"), InlineData("{\"a\":NaN}"), InlineData("{\"a\":01}"), InlineData("{\"a\":\"\n\"}"), InlineData("\uFEFF{}")]
    public void What_is_no_plain_object_is_refused(string json) => Assert.NotNull(Parse(json));

    [Theory]
    [InlineData(""" {"a":"\ud800"} """), InlineData(""" {"a":"\udc00x"} """), InlineData(""" {"\ud800":1} """), InlineData(""" {"a":["\udc00\ud800"]} """)]
    public void Half_of_a_surrogate_pair_is_refused(string json) => Assert.NotNull(Parse(json));

    [Fact]
    public void Whole_surrogate_pair_is_read()
    {
        Assert.Null(StrictJson.ParseObject(""" {"a":"\ud83d\ude00"} """u8, 4, out var element));
        Assert.Equal("😀", element.GetProperty("a").GetString());
    }

    [Theory]
    [InlineData(new byte[] { 0xff }), InlineData(new byte[] { 0xc0, 0x80 }), InlineData(new byte[] { 0xed, 0xa0, 0x80 }), InlineData(new byte[] { 0xf5, 0x80, 0x80, 0x80 })]
    public void Invalid_utf8_in_a_text_is_refused(byte[] bytes)
    {
        byte[] json = [.. "{\"a\":\""u8, .. bytes, .. "\"}"u8];
        Assert.Equal("is not valid UTF-8", StrictJson.ParseObject(json, 4, out _));
    }

    [Fact]
    public void Depth_is_bounded_at_its_limit()
    {
        Assert.Null(Parse(Nested(4), 4));
        Assert.NotNull(Parse(Nested(5), 4));
    }

    [Fact]
    public void Depth_of_ninety_thousand_is_refused_and_not_the_end_of_the_process() => Assert.NotNull(Parse(Nested(90_000), 16));

    private static string Nested(int levels) => string.Concat(Enumerable.Repeat("{\"a\":", levels - 1)) + "{}" + new string('}', levels - 1);

    private static string? Parse(string json, int depth = 16) => StrictJson.ParseObject(Encoding.UTF8.GetBytes(json), depth, out _);
}
