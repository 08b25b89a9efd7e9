using System.Text;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Tests.Remotes;

public class FormTextTests
{
    [Theory]
    [InlineData("a b&c=d+é%", "a+b%26c%3Dd%2B%C3%A9%25")]
    public void What_is_encoded_decodes_to_the_same(string text, string encoded)
    {
        Assert.Equal(encoded, FormText.Encode(text));
        Assert.True(FormText.TryDecode(encoded, out var decoded));
        Assert.Equal(text, decoded);
    }

    [Theory]
    [InlineData("%"), InlineData("%4"), InlineData("%zz"), InlineData("a%+1"), InlineData("%ff"), InlineData("%c3")]
    public void Broken_escape_is_refused(string text) => Assert.False(FormText.TryDecode(text, out _));

    [Fact]
    public void Value_cannot_begin_another_field() =>
        Assert.Equal("token=a%26scope%3Dadmin", Encoding.ASCII.GetString(FormText.Body(("token", "a&scope=admin"), ("scope", null))));
}
