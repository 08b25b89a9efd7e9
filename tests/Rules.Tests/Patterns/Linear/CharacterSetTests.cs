using System.Text.RegularExpressions;
using AuthProxy.Rules.Patterns;
using AuthProxy.Rules.Patterns.Linear;

namespace AuthProxy.Rules.Tests.Patterns.Linear;

public class CharacterSetTests
{
    [Theory]
    [InlineData(@"\d]"), InlineData(@"\D]"), InlineData(@"\s]"), InlineData(@"\S]"), InlineData(@"\w]"), InlineData(@"\W]")]
    [InlineData(@"^\w-]"), InlineData(@"^\W]"), InlineData(@"^\d\s]"), InlineData("a-zA-Z0-9_.~-]"), InlineData("^/]"), InlineData("^./?#:]")]
    [InlineData("]a]"), InlineData("^]a]"), InlineData("-a]"), InlineData("a-]"), InlineData(@"\]\\\-]"), InlineData(@"\u0000-/:-@\[-`{-\uFFFF]")]
    [InlineData("à-ÿĀ]"), InlineData("^à-ÿ]"), InlineData(@"\x41-\x43]")]
    public void Every_character_is_in_the_set_as_it_is_to_the_framework(string list)
    {
        var framework = new Regex($@"\A[{list}\z", RegexOptions.CultureInvariant);
        var at = 0;
        var set = Assert.IsType<CharacterSet>(CharacterSetSyntax.TryReadList(list, ref at));

        Assert.Equal(list.Length, at);
        Assert.All(Enumerable.Range(0, 0x10000), code => Assert.Equal(framework.IsMatch(((char)code).ToString()), set.Contains((char)code)));
    }

    [Theory]
    [InlineData("a-z-[aeiou]]"), InlineData("[:alpha:]]"), InlineData(@"\p{L}]"), InlineData("z-a]"), InlineData(@"a-\d]"), InlineData(@"\d-a]"), InlineData("a"), InlineData(""), InlineData(@"\b]")]
    public void What_is_not_plain_is_left_to_the_framework(string list)
    {
        var at = 0;
        Assert.Null(CharacterSetSyntax.TryReadList(list, ref at));
    }
}
