namespace AuthProxy.Proxy.Tests.Sessions;

public class StoreClockTests
{
    private static readonly DateTimeOffset Asked = DateTimeOffset.UnixEpoch.AddDays(1);

    [Theory]
    [InlineData(-5, false), InlineData(0, false), InlineData(30, false), InlineData(60, false), InlineData(65, false), InlineData(-6, true), InlineData(66, true)]
    public void Clocks_are_apart_only_where_the_way_of_the_answer_does_not_explain_it(int seconds, bool isApart)
    {
        var clock = Some.StoreClock();

        clock.Compare(Asked.AddSeconds(seconds), Asked, Asked.AddMinutes(1));

        Assert.Equal(isApart, clock.IsApart);
    }

    [Fact]
    public void Clock_that_was_set_right_counts_again()
    {
        var clock = Some.StoreClock();
        clock.Compare(Asked.AddDays(1), Asked, Asked);
        Assert.True(clock.IsApart);

        clock.Compare(Asked, Asked, Asked);

        Assert.False(clock.IsApart);
    }
}
