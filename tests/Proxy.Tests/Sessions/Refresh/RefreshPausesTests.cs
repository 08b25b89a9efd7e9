using AuthProxy.Proxy.Sessions.Refresh;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions.Refresh;

public class RefreshPausesTests
{
    private readonly FakeClock _clock = new();
    private readonly RefreshPauses _pauses;

    public RefreshPausesTests() => _pauses = new RefreshPauses(_clock);

    [Fact]
    public void Pauses_grow_with_every_failure_and_have_an_end()
    {
        for (var failure = 0; failure < 20; failure++)
        {
            var longest = Math.Min(RefreshPauses.First.TotalSeconds * Math.Pow(2, failure), RefreshPauses.Longest.TotalSeconds);
            Assert.InRange(_pauses.Begin("s", null).TotalSeconds, longest / 2, longest);
        }

        Assert.True(_pauses.IsOn("s"));
        _clock.Advance(RefreshPauses.Longest);
        Assert.False(_pauses.IsOn("s"));
    }

    [Fact]
    public void Sessions_that_fail_at_one_moment_are_not_tried_again_at_one_moment() =>
        Assert.True(Enumerable.Range(0, 100).Select(number => _pauses.Begin($"s{number}", null)).Distinct().Count() > 50);

    [Fact]
    public void What_the_provider_asks_for_is_heard_within_limits()
    {
        Assert.Equal(TimeSpan.FromSeconds(90), _pauses.Begin("a", TimeSpan.FromSeconds(90)));
        Assert.Equal(RefreshPauses.LongestAsked, _pauses.Begin("b", TimeSpan.FromDays(365)));
    }

    [Fact]
    public void Success_begins_anew()
    {
        _pauses.Begin("s", null);
        _pauses.Begin("s", null);
        _pauses.End("s");

        Assert.False(_pauses.IsOn("s"));
        Assert.InRange(_pauses.Begin("s", null), RefreshPauses.First / 2, RefreshPauses.First);
    }

    [Fact]
    public void Memory_is_bounded_however_many_sessions_fail()
    {
        for (var number = 0; number < 30_000; number++)
        {
            _pauses.Begin($"s{number}", null);
        }

        Assert.False(_pauses.IsOn("s29999"));
        _clock.Advance(RefreshPauses.Longest);
        _pauses.Begin("late", null);
        Assert.True(_pauses.IsOn("late"));
    }
}
