using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Replicas;

/// <summary>An end on one replica, and what another makes of it: at once where it hears of it, within a second where it does not.</summary>
public sealed class ReplicaNewsTests : IAsyncLifetime
{
    private const int Ends = 0;
    private const int Serves = 1;

    private RedisWorld _started = null!;

    private RedisServer Redis => _started.Redis;

    private ReplicaWorld World => _started.World;

    private ReplicaRequests Ask => _started.Ask;

    public async Task InitializeAsync() => _started = await RedisWorld.StartAsync();

    public async Task DisposeAsync() => await _started.DisposeAsync();

    [Fact]
    public async Task End_takes_effect_on_another_replica_within_a_second()
    {
        using var browser = await World.SignInAsync("alice");
        Assert.Equal(200, await Ask.StatusAsync(Serves, browser));

        await LogOutAsync(browser);

        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.Equal(401, await Ask.StatusAsync(Serves, browser));
        Assert.Contains("outcome=\"taken\"", await Ask.MetricsAsync(Serves), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replica_that_stood_still_during_the_end_serves_nothing_of_before_when_it_goes_on()
    {
        using var browser = await World.SignInAsync("alice");
        Assert.Equal(200, await Ask.StatusAsync(Serves, browser));
        World.Replicas.Replicas[Serves].Process.Pause();
        try
        {
            await LogOutAsync(browser);
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        finally
        {
            World.Replicas.Replicas[Serves].Process.Resume();
        }

        Assert.Equal(401, await Ask.StatusAsync(Serves, browser));
    }

    [Fact]
    public async Task End_takes_effect_within_a_second_while_nobody_can_listen()
    {
        using var browser = await World.SignInAsync("alice");
        Assert.Equal(200, await Ask.StatusAsync(Serves, browser));
        using var stop = new CancellationTokenSource();
        var deafening = DeafenAsync(stop.Token);

        // Each loss costs the connection for a moment: whoever is told 503 tries again.
        while (!await TryLogOutAsync(browser))
        {
        }

        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.NotEqual(200, await Ask.StatusAsync(Serves, browser));
        await stop.CancelAsync();
        await deafening;
        await Ask.UntilModeAsync("confirmed");
        Assert.Equal(401, await Ask.StatusAsync(Serves, browser));
    }

    [Fact]
    public async Task Whoever_can_only_write_to_redis_ends_nobodys_session_by_a_message()
    {
        using var browser = await World.SignInAsync("alice");
        Assert.Equal(200, await Ask.StatusAsync(Serves, browser));

        for (var times = 0; times < 100; times++)
        {
            await Redis.AskAsync("PUBLISH", "authproxy:default:news", "\u0001" + new string('\u0001', 100));
            await Redis.AskAsync("PUBLISH", "authproxy:default:news", new string('x', 10_000));
        }

        Assert.Equal(200, await Ask.StatusAsync(Serves, browser));
        var metrics = await Ask.MetricsAsync(Serves);
        Assert.Contains("outcome=\"unknown_key\"", metrics, StringComparison.Ordinal);
        Assert.Contains("outcome=\"malformed\"", metrics, StringComparison.Ordinal);
    }

    private async Task LogOutAsync(UserAgent browser)
    {
        Assert.True(await TryLogOutAsync(browser));
    }

    private async Task<bool> TryLogOutAsync(UserAgent browser)
    {
        using var answer = await Ask.LogOutAsync(Ends, browser);
        Assert.Contains((int)answer.StatusCode, new[] { 204, 503 });
        return (int)answer.StatusCode == 204;
    }

    private async Task DeafenAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Redis.AskAsync("CLIENT", "KILL", "TYPE", "pubsub");
            await Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None);
        }
    }
}
