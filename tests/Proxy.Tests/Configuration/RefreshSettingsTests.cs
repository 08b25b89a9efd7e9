using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.Tests.Configuration;

public class RefreshSettingsTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly RefreshSettings Settings = new(RefreshOccasion.Used, TimeSpan.FromSeconds(60), false, TimeSpan.FromSeconds(20), true);

    [Theory]
    [InlineData(3600, 3539, false), InlineData(3600, 3540, true)]
    [InlineData(30, 19, false), InlineData(30, 20, true)]
    public void Token_is_due_before_its_end_and_a_short_one_in_its_last_third(int life, int age, bool isDue) =>
        Assert.Equal(isDue, Settings.IsDue(Tokens(life), Now.AddSeconds(age)));

    [Theory]
    [InlineData(3600, 3597, false), InlineData(3600, 3598, true)]
    [InlineData(3, 1.9, false), InlineData(3, 2, true)]
    public void Token_that_would_end_on_its_way_counts_as_ended(int life, double age, bool hasEnded) =>
        Assert.Equal(hasEnded, RefreshSettings.HasEnded(Tokens(life), Now.AddSeconds(age)));

    [Fact]
    public void Token_whose_end_nobody_tells_is_never_due()
    {
        var tokens = new ProviderTokens(null, "access", "refresh", null);

        Assert.False(Settings.IsDue(tokens, Now.AddYears(1)));
        Assert.False(RefreshSettings.HasEnded(tokens, Now.AddYears(1)));
    }

    [Fact]
    public void Session_of_before_the_life_was_kept_is_due_all_the_same() =>
        Assert.True(Settings.IsDue(new ProviderTokens(null, "access", "refresh", Now.AddSeconds(60)), Now));

    private static ProviderTokens Tokens(int life) => new(null, "access", "refresh", Now.AddSeconds(life)) { ReceivedAt = Now };
}
