using System.Text.Json;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Tests.Remotes;

public class AnswerPathTests
{
    private static readonly JsonElement Answer = JsonElement.Parse("""{"identity":{"id":"u1","0":"zero"},"a.b":{"c|d":"dots"},"list":[{"x":"first"},"second"],"none":null,"@this":"odd"}"""u8);

    [Theory]
    [InlineData("identity.id", "u1")]
    [InlineData("identity.0", "zero")]
    [InlineData("list.0.x", "first")]
    [InlineData("list.1", "second")]
    [InlineData(@"a\.b.c\|d", "dots")]
    [InlineData("@this.identity.id", "u1")]
    [InlineData(@"\@this", "odd")]
    public void Path_finds_the_one_place_it_names(string path, string value) => Assert.Equal(value, Parse(path).Find(Answer)!.Value.GetString());

    [Theory]
    [InlineData("missing"), InlineData("identity.id.deeper"), InlineData("list.2"), InlineData("list.-1"), InlineData("list.x"), InlineData("none"), InlineData("none.x"), InlineData("a.b")]
    public void What_is_not_there_is_nothing_and_so_is_null(string path) => Assert.Null(Parse(path).Find(Answer));

    [Fact]
    public void Whole_answer_is_the_answer() => Assert.Equal(JsonValueKind.Object, Parse("@this").Find(Answer)!.Value.ValueKind);

    [Theory]
    [InlineData("list.#"), InlineData("list.#(x==1).y"), InlineData("a|b"), InlineData("ident*"), InlineData("i?"), InlineData("@reverse"), InlineData("a.@this"), InlineData("@pretty:{}")]
    [InlineData("{a,b}"), InlineData("[a,b]"), InlineData("!\"x\""), InlineData(""), InlineData("a..b"), InlineData(".a"), InlineData("a.")]
    public void Rest_of_gjson_is_refused_with_a_word_on_what_to_do(string path)
    {
        Assert.False(AnswerPath.TryParse(path, out _, out var why));
        Assert.NotEmpty(why);
    }

    private static AnswerPath Parse(string text)
    {
        Assert.True(AnswerPath.TryParse(text, out var path, out var why), why);
        return path;
    }
}
