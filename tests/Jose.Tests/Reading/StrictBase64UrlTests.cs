using System.Buffers.Text;
using AuthProxy.Jose.Reading;
using FsCheck;
using FsCheck.Fluent;

namespace AuthProxy.Jose.Tests.Reading;

public class StrictBase64UrlTests
{
    [Fact]
    public void Every_sequence_of_bytes_is_read_back() =>
        Prop.ForAll<byte[]>(bytes => StrictBase64Url.TryDecode(Base64Url.EncodeToString(bytes), out var read) && read.SequenceEqual(bytes))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_accepted_is_the_only_spelling_of_its_bytes()
    {
        var letters = Gen.Elements("ABCXYZabcxyz0189-_+/= \n\0é".ToCharArray()).ArrayOf().Select(c => new string(c));
        Prop.ForAll(letters.ToArbitrary(), text => !StrictBase64Url.TryDecode(text, out var bytes) || Base64Url.EncodeToString(bytes) == text)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Theory]
    [InlineData("Zg=="), InlineData("Zg="), InlineData("Zm9v====")]
    [InlineData(" Zm9v"), InlineData("Zm9v\n"), InlineData("Zm 9v"), InlineData("\tZm9v")]
    [InlineData("Z"), InlineData("Zm9vZ")]
    [InlineData("Zm+v"), InlineData("Zm/v"), InlineData("Zm9é"), InlineData("Zm9\0"), InlineData("Zm9%")]
    public void Padding_whitespace_foreign_letters_and_impossible_lengths_are_refused(string text) =>
        Assert.False(StrictBase64Url.TryDecode(text, out _));

    [Theory]
    [InlineData("Zh"), InlineData("Zv"), InlineData("Zm9"), InlineData("Zm_")]
    public void Set_spare_bits_are_refused(string text) => Assert.False(StrictBase64Url.TryDecode(text, out _));

    [Fact]
    public void Nothing_decodes_to_nothing()
    {
        Assert.True(StrictBase64Url.TryDecode("", out var bytes));
        Assert.Empty(bytes);
    }
}
