using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Replicas;

/// <summary>What a session is to the replicas that did not begin it.</summary>
public sealed class SharedSessionTests
{
    [Theory]
    [InlineData("sqlite"), InlineData("redis")]
    public async Task Session_of_one_replica_is_a_session_at_every_other_and_so_is_its_end(string store)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var world = await ReplicaWorld.StartAsync(2, store == "redis" ? RedisWorld.StoreIn(redis) : null);
        using var ask = new ReplicaRequests(world);
        using var browser = await world.SignInAsync("alice");
        Assert.Equal((200, 200), (await ask.StatusAsync(0, browser), await ask.StatusAsync(1, browser)));

        using var logout = await ask.LogOutAsync(1, browser);

        Assert.Equal(204, (int)logout.StatusCode);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.Equal((401, 401), (await ask.StatusAsync(0, browser), await ask.StatusAsync(1, browser)));
    }
}
