using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Tests.Patterns;

public class SharedAutomataTests
{
    private static readonly string Long = new string('a', 60) + "!";

    [Fact]
    public void Patterns_of_one_text_share_one()
    {
        var first = SharedAutomata.TryGet(@"\A(?:(a*)*)\z");

        Assert.NotNull(first);
        Assert.Same(first, SharedAutomata.TryGet(@"\A(?:(a*)*)\z"));
    }

    [Fact]
    public void What_no_automaton_does_has_none() => Assert.Null(SharedAutomata.TryGet(@"\A(?:(?=a)(a*)*)\z"));

    [Fact]
    public void Rule_set_has_a_hundred_and_the_interpreters_time_limit_beyond()
    {
        var reader = new RegexpPatternReader();
        var patterns = Enumerable.Range(0, 101).Select(number => reader.TryRead($"{number}<(a|a?)+>", ["GET"], out _)!).ToArray();

        Assert.Equal(PatternVerdict.No, patterns[99].Test("99" + Long));
        Assert.Equal(PatternVerdict.Failed, patterns[100].Test("100" + Long));
        Assert.Equal(PatternVerdict.No, reader.TryRead("7<(a|a?)+>", ["GET"], out _)!.Test("7" + Long));
    }
}
