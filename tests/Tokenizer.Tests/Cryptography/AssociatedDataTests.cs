using System.Text;
using AuthProxy.Tokenizer.Cryptography;

namespace AuthProxy.Tokenizer.Tests.Cryptography;

public class AssociatedDataTests
{
    [Fact]
    public void Fields_cannot_be_moved_across_their_border() =>
        Assert.NotEqual(AssociatedData.Of("x", Bytes("ab"), Bytes("c")), AssociatedData.Of("x", Bytes("a"), Bytes("bc")));

    [Fact]
    public void An_empty_field_counts() => Assert.NotEqual(AssociatedData.Of("x", Bytes("a")), AssociatedData.Of("x", Bytes("a"), []));

    [Fact]
    public void The_label_is_no_field() => Assert.NotEqual(AssociatedData.Of("x", Bytes("y")), AssociatedData.Of("xy"));

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
