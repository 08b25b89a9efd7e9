namespace AuthProxy.Jose.Tests;

public class TokenHashTests
{
    [Fact]
    public void Same_token_has_the_same_hash_and_another_has_another()
    {
        Assert.True(TokenHash.TryCompute("a.b.c", out var one));
        Assert.True(TokenHash.TryCompute("xa.b.cx".AsSpan(1, 5), out var same));
        Assert.True(TokenHash.TryCompute("a.b.d", out var other));
        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, other);
    }

    [Theory]
    [InlineData(2047), InlineData(2048), InlineData(2049), InlineData(16384)]
    public void Long_tokens_are_hashed_to_their_last_character(int length)
    {
        Assert.True(TokenHash.TryCompute(new string('a', length), out var one));
        Assert.True(TokenHash.TryCompute(new string('a', length - 1) + 'b', out var other));
        Assert.NotEqual(one, other);
    }

    [Theory]
    [InlineData("é"), InlineData("a.b.c\u0141"), InlineData("\ud800")]
    public void Text_that_is_not_ascii_has_no_hash(string text) => Assert.False(TokenHash.TryCompute(text, out _));

    [Fact]
    public void Hash_shows_nothing_when_it_is_printed()
    {
        Assert.True(TokenHash.TryCompute("a.b.c", out var hash));
        Assert.DoesNotContain(hash.ToString(), char.IsDigit);
    }

    [Theory]
    [InlineData(800), InlineData(8000)]
    public void Hashing_allocates_nothing(int length)
    {
        var token = new string('a', length);
        TokenHash.TryCompute(token, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            TokenHash.TryCompute(token, out _);
        }

        // One large token's buffer at most: the pool that lends it may be emptied by a collection.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, length <= 2048 ? 0 : 17_000);
    }
}
