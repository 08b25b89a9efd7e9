using AuthProxy.Rules.Grants;

namespace AuthProxy.Rules.Tests.Grants;

public class JsonPathTests
{
    [Theory]
    [InlineData("$")]
    [InlineData("$.a")]
    [InlineData("$.a_b1.c")]
    [InlineData("$['a b']")]
    [InlineData("$[\"a.b\"]['it\\'s']")]
    [InlineData("$[0][12]")]
    [InlineData("$[*].*")]
    [InlineData("$..a")]
    [InlineData("$..*")]
    [InlineData("$..[0]")]
    [InlineData("$..['a']")]
    [InlineData("$.é")]
    public void Subset_is_read(string path) => Assert.NotNull(JsonPath.TryParse(path, out _));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("$.")]
    [InlineData("$..")]
    [InlineData("$a")]
    [InlineData("$.a.")]
    [InlineData("$.1a")]
    [InlineData("$.a-b")]
    [InlineData("$[-1]")]
    [InlineData("$[01]")]
    [InlineData("$[0:2]")]
    [InlineData("$[0,1]")]
    [InlineData("$['a','b']")]
    [InlineData("$[?@.a]")]
    [InlineData("$[]")]
    [InlineData("$['a]")]
    [InlineData("$['\\n']")]
    [InlineData("$[99999999999]")]
    [InlineData("$.length()")]
    [InlineData("$ .a")]
    public void What_is_not_of_the_subset_is_refused(string path)
    {
        Assert.Null(JsonPath.TryParse(path, out var fault));
        Assert.NotEmpty(fault);
    }

    [Fact]
    public void Path_with_too_many_steps_is_refused()
    {
        Assert.NotNull(JsonPath.TryParse("$" + string.Concat(Enumerable.Repeat(".a", 32)), out _));
        Assert.Null(JsonPath.TryParse("$" + string.Concat(Enumerable.Repeat(".a", 33)), out _));
    }
}
