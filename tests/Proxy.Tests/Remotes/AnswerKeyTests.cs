using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Tests.Remotes;

public class AnswerKeyTests
{
    [Fact]
    public void Same_parts_make_the_same_key() => Assert.Equal(AnswerKey.Of("a", null, "c"), AnswerKey.Of("a", null, "c"));

    [Fact]
    public void Text_that_moves_from_one_part_to_the_next_makes_another_key()
    {
        AnswerKey[] keys = [AnswerKey.Of("ab", "c"), AnswerKey.Of("a", "bc"), AnswerKey.Of("abc"), AnswerKey.Of("abc", ""), AnswerKey.Of("", "abc"), AnswerKey.Of("a", "b", "c")];

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void Missing_part_is_another_than_an_empty_one() => Assert.NotEqual(AnswerKey.Of("a", null), AnswerKey.Of("a", ""));

    [Fact]
    public void Key_shows_nothing_of_a_secret() => Assert.DoesNotContain("hunter2", AnswerKey.Of("hunter2").ToString(), StringComparison.Ordinal);
}
