using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Tests.Tokens;

public class DataTokenTests
{
    [Fact]
    public void A_new_token_has_the_shape_that_clients_test_for()
    {
        var token = DataToken.New();

        Assert.Matches("^lunasec-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", token.Text);
    }

    [Fact]
    public void No_two_tokens_are_the_same()
    {
        var tokens = Enumerable.Range(0, 1000).Select(_ => DataToken.New().Text).ToHashSet();

        Assert.Equal(1000, tokens.Count);
    }

    [Fact]
    public void Upper_case_digits_are_the_same_token()
    {
        var token = DataToken.New();

        Assert.True(DataToken.TryParse("lunasec-" + token.Text[8..].ToUpperInvariant(), out var parsed));
        Assert.Equal(token.Text, parsed.Text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("lunasec-")]
    [InlineData("LUNASEC-00000000-0000-4000-8000-000000000000")]
    [InlineData("lunasec-00000000-0000-4000-8000-00000000000")]
    [InlineData("lunasec-00000000-0000-4000-8000-0000000000000")]
    [InlineData("lunasec-000000000000-4000-8000-000000000000-")]
    [InlineData("lunasec-0000000g-0000-4000-8000-000000000000")]
    [InlineData("lunasec-00000000-0000-4000-8000-00000000000\n")]
    [InlineData("lunasec-+0000000-0000-4000-8000-000000000000")]
    [InlineData(" unasec-00000000-0000-4000-8000-000000000000")]
    public void What_is_not_token_shaped_is_no_token(string? text) => Assert.False(DataToken.TryParse(text, out _));

    [Fact]
    public void Formatting_a_token_does_not_give_it_away()
    {
        var token = DataToken.New();

        Assert.DoesNotContain(token.Text[8..], $"{token}", StringComparison.Ordinal);
    }
}
