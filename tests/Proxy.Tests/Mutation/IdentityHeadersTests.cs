using AuthProxy.Proxy.Mutation;

namespace AuthProxy.Proxy.Tests.Mutation;

public class IdentityHeadersTests
{
    private readonly IdentityHeaders _headers = new();

    [Fact]
    public void What_was_set_since_is_forgotten_and_what_was_replaced_comes_back()
    {
        _headers.Set("X-One", "before");
        var mark = _headers.Mark();
        _headers.Set("x-one", "after");
        _headers.Set("X-Two", "after");

        _headers.RollBack(mark);

        Assert.Equal([KeyValuePair.Create("X-One", "before")], _headers.All);
    }

    [Fact]
    public void Mark_can_be_rolled_back_to_more_than_once()
    {
        var mark = _headers.Mark();
        _headers.Set("X-One", "1");
        _headers.RollBack(mark);
        _headers.Set("X-Two", "2");
        _headers.RollBack(mark);

        Assert.Empty(_headers.All);
    }
}
