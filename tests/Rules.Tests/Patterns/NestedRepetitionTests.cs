using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Tests.Patterns;

public class NestedRepetitionTests
{
    [Theory]
    [InlineData("(a*)*", true)]
    [InlineData("(?:a|b)+", true)]
    [InlineData("(a?){9}", true)]
    [InlineData("((a+)b)*", true)]
    [InlineData("(a+)", false)]
    [InlineData("(a+)?b*", false)]
    [InlineData("(?:ab)+", false)]
    [InlineData(@"(a\+)*", false)]
    [InlineData("([*+|])*", false)]
    [InlineData(@"\(a*\)*", false)]
    public void Repetition_of_what_fits_in_several_ways_is_found(string pattern, bool found) => Assert.Equal(found, NestedRepetition.IsIn(pattern));
}
