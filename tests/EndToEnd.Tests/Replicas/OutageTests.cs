using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Replicas;

/// <summary>Redis gone, and back: who is served meanwhile, what the others are told, and that nobody is logged out by it.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);

    private RedisWorld _started = null!;

    private RedisServer Redis => _started.Redis;

    private ReplicaWorld World => _started.World;

    private ReplicaRequests Ask => _started.Ask;

    public async Task InitializeAsync() => _started = await RedisWorld.StartAsync(keepsData: true, $", outage_budget: {Budget.TotalSeconds:0}s");

    public async Task DisposeAsync() => await _started.DisposeAsync();

    [Fact]
    public async Task Sessions_just_confirmed_are_served_for_the_budget_all_else_is_told_to_come_back_and_then_everybody_finds_theirs()
    {
        using var known = await World.SignInAsync("alice");
        using var unknown = await World.SignInAsync("bob");
        Assert.Equal(200, await Ask.StatusAsync(0, known));

        await Redis.CrashAsync();
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.Equal(200, await Ask.StatusAsync(0, known));
        using (var refused = await Ask.GetAsync(0, $"__Host-authproxy={new string('A', 43)}"))
        {
            Assert.Equal(503, (int)refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Contains("session-store-unavailable", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.False(refused.Headers.Contains("Set-Cookie"));
        }

        Assert.Equal("outage", await Ask.ModeAsync(0));
        var metrics = await Ask.MetricsAsync(0);
        Assert.Contains("authproxy_sessions_mode{mode=\"outage\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("authproxy_sessions_served_in_outage", metrics, StringComparison.Ordinal);

        await Task.Delay(Budget);
        Assert.Equal(503, await Ask.StatusAsync(0, known));

        await Redis.StartAgainAsync();
        await Ask.UntilModeAsync("confirmed");
        Assert.Equal(200, await Ask.StatusAsync(0, known));
        Assert.Equal(200, await Ask.StatusAsync(1, unknown));
        Assert.Contains("The session store cannot be asked", World.Replicas.Replicas[0].Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_logs_out_during_the_outage_is_not_told_that_it_is_done_and_is_not_served_after_it()
    {
        using var browser = await World.SignInAsync("alice");
        Assert.Equal(200, await Ask.StatusAsync(0, browser));
        await Redis.CrashAsync();
        Assert.Equal(200, await Ask.StatusAsync(0, browser));

        using var logout = await Ask.LogOutAsync(0, browser);

        Assert.NotEqual(204, (int)logout.StatusCode);
        Assert.Equal(503, await Ask.StatusAsync(0, browser));
    }
}
