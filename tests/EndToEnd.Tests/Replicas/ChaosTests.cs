using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Replicas;

/// <summary>
/// Servers are killed, paused, restarted and cut off while many users keep asking. No session that Redis kept is lost, no request is
/// forgotten, and nobody ever gets another's page.
/// </summary>
public sealed class ChaosTests : IAsyncLifetime
{
    private const int Users = 8;
    private const int Workers = 12;
    private const int ReplicaCount = 3;
    private const int LongRounds = 12;

    /// <summary>How long each trouble lasts, and how long the crowd asks between two.</summary>
    private static readonly TimeSpan Trouble = TimeSpan.FromSeconds(1.5);

    private RedisServer _redis = null!;
    private ReplicaWorld _world = null!;

    public async Task InitializeAsync()
    {
        _redis = await RedisServer.StartAsync(keepsData: true);
        _world = await ReplicaWorld.StartAsync(ReplicaCount, RedisWorld.StoreIn(_redis));
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public Task Nobody_loses_a_session_or_gets_anothers_while_servers_fail() => RunAsync(rounds: 1);

    [Fact]
    [Trait("Category", "Long")]
    public Task Nobody_loses_a_session_or_gets_anothers_however_often_servers_fail() => RunAsync(LongRounds);

    private async Task RunAsync(int rounds)
    {
        var crowd = await Crowd.SignInAsync(_world, Users);
        using var stop = new CancellationTokenSource();
        var asking = crowd.AskAsync(Workers, stop.Token);
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                await KillRedisAsync();
                await PauseRedisAsync();
                await RestartReplicaAsync(round % ReplicaCount);
                await CrashReplicaAsync((round + 1) % ReplicaCount);
                await CutAsync(crowd);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await asking;
        }

        Assert.Empty(crowd.Violations);
        Assert.True(crowd.Served > 0 && crowd.Refused > 0, $"{crowd.Served} were served, {crowd.Refused} refused: the trouble was none.");
        for (var replica = 0; replica < ReplicaCount; replica++)
        {
            Assert.Empty(await crowd.FindUnservedAsync(replica));
        }
    }

    private async Task KillRedisAsync()
    {
        await _redis.CrashAsync();
        await Task.Delay(Trouble);
        await _redis.StartAgainAsync();
        await Task.Delay(Trouble);
    }

    private async Task PauseRedisAsync()
    {
        _redis.Process.Pause();
        await Task.Delay(Trouble);
        _redis.Process.Resume();
        await Task.Delay(Trouble);
    }

    private async Task RestartReplicaAsync(int replica)
    {
        await _world.Replicas.Replicas[replica].RestartAsync();
        await Task.Delay(Trouble);
    }

    private async Task CrashReplicaAsync(int replica)
    {
        await _world.Replicas.Replicas[replica].CrashAsync();
        await Task.Delay(Trouble);
        await _world.Replicas.Replicas[replica].StartAgainAsync();
    }

    // Its subscription is taken away: it hears nothing any more, and must not go on as if nothing happened.
    private async Task CutAsync(Crowd crowd)
    {
        var before = crowd.Served;
        await _redis.AskAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await _redis.AskAsync("CLIENT", "KILL", "TYPE", "normal");
        await Task.Delay(Trouble);
        Assert.True(crowd.Served > before, "Nobody was served any more after the connections were cut.");
    }
}
