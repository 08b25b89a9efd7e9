using System.Diagnostics;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions.Redis;

public class RedisConnectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Connects_by_itself_once_the_server_is_up()
    {
        await using var server = await RedisServer.StartAsync();
        await server.CrashAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(server));
        await Assert.ThrowsAsync<SessionStoreException>(async () => await redis.Store.IsEndedAsync("s1", default));
        Assert.False(redis.Connection.WasConnected);

        await server.StartAgainAsync();
        await redis.UntilConnectedAsync();

        Assert.False(await redis.Store.IsEndedAsync("s1", default));
    }

    [Fact]
    public async Task Killed_server_fails_calls_at_once_and_a_restarted_one_answers_by_itself_with_what_it_kept()
    {
        await using var server = await RedisServer.StartAsync(keepsData: true);
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(server), clock: new FakeClock());
        await redis.UntilConnectedAsync();
        await redis.Store.EndAsync(End("s1"), default);

        await server.CrashAsync();
        await redis.UntilConnectedAsync(false);
        await redis.FailsAtOnceAsync();

        await server.StartAgainAsync();
        await redis.UntilConnectedAsync();
        Assert.True(await redis.Store.IsEndedAsync("s1", default));
    }

    [Fact]
    public async Task Stopped_server_costs_its_time_limit_once_and_then_fails_calls_at_once_until_it_goes_on()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(server), clock: new FakeClock());
        await redis.UntilConnectedAsync();
        await redis.Store.IsEndedAsync("s1", default);

        server.Process.Pause();
        var first = redis.Store.IsEndedAsync("s1", default).AsTask();
        Assert.False(first.IsCompleted);
        redis.Turn(OpenRedis.TimeLimit);
        await Assert.ThrowsAsync<SessionStoreException>(() => first).WaitAsync(Patience);
        await redis.FailsAtOnceAsync();
        server.Process.Resume();

        Assert.False(await EventuallyAsync(redis, Patience));
    }

    [Fact]
    public async Task Server_that_stays_silent_is_given_up_and_found_again_however_often_it_is_tried()
    {
        var secured = new SecuredRedis();
        await secured.InitializeAsync();
        await using var redis = await OpenRedis.StartAsync(secured.Settings, clock: new FakeClock());
        await redis.UntilConnectedAsync();

        // A handshake with a stopped server must not take a thread each time it is tried.
        secured.Server.Process.Pause();
        await redis.UntilConnectedAsync(false);
        for (var tries = 0; tries < 100; tries++)
        {
            redis.Turn(OpenRedis.TimeLimit / 4);
            await Task.Delay(10);
        }

        await redis.FailsAtOnceAsync();
        secured.Server.Process.Resume();
        await redis.UntilConnectedAsync();

        Assert.False(await redis.Store.IsEndedAsync("s1", default));
        await secured.DisposeAsync();
    }

    [Fact]
    public async Task Call_ends_with_its_request()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(server), clock: new FakeClock());
        await redis.UntilConnectedAsync();
        await redis.Store.IsEndedAsync("s1", default);
        server.Process.Pause();
        using var gone = new CancellationTokenSource();
        var call = redis.Store.IsEndedAsync("s1", gone.Token).AsTask();

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call).WaitAsync(Patience);
        server.Process.Resume();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task Password_that_is_refused_is_told_as_such_before_anybody_logs_in(string? password)
    {
        await using var server = await RedisServer.StartAsync("right");
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(server, password));

        var fault = await FaultAsync(redis);

        Assert.Contains("password", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", fault.Message, StringComparison.Ordinal);
        Assert.False(redis.Connection.WasConnected);
    }

    [Fact]
    public async Task Server_of_another_authority_is_not_spoken_to()
    {
        await using var world = new TlsWorld();
        await using var server = await world.StartAsync(null);
        using var other = new TestAuthority("another authority");
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(server, null, world.Tls with { AuthorityFile = world.Write("other.crt", other.Pem) }));

        var fault = await FaultAsync(redis);

        Assert.Contains("TLS failed", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_must_carry_the_name_that_is_connected_to_or_configured()
    {
        await using var world = new TlsWorld();
        await using var server = await world.StartAsync("redis.example.com");
        await using var stranger = await OpenRedis.StartAsync(OpenRedis.Settings(server, null, world.Tls));
        await using var named = await OpenRedis.StartAsync(OpenRedis.Settings(server, null, world.Tls with { ServerName = "redis.example.com" }));
        await named.UntilConnectedAsync();

        Assert.False(await named.Store.IsEndedAsync("s1", default));
        await Assert.ThrowsAsync<SessionStoreException>(async () => await stranger.Store.IsEndedAsync("s1", default));
    }

    [Fact]
    public async Task Replica_is_never_used()
    {
        await using var master = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync(null, false, "--replicaof", "127.0.0.1", $"{master.Port}");
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(replica));

        var fault = await FaultAsync(redis);

        Assert.Contains("is a replica", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_becomes_a_replica_is_left()
    {
        await using var master = await RedisServer.StartAsync();
        await using var other = await RedisServer.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(master));
        await redis.UntilConnectedAsync();

        await master.AskAsync("REPLICAOF", "127.0.0.1", $"{other.Port}");

        await redis.UntilConnectedAsync(false);
    }

    [Fact]
    public async Task Node_of_a_cluster_is_not_taken_for_a_single_server()
    {
        await using var node = await RedisServer.StartAsync(null, false, "--cluster-enabled", "yes", "--cluster-port", $"{TestKit.Loopback.FreePorts(1)[0]}");
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(node));

        var fault = await FaultAsync(redis);

        Assert.Contains("cluster: true", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scripts_that_the_server_has_forgotten_are_sent_again()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(server));
        await redis.UntilConnectedAsync();
        await redis.Store.EndAsync(End("s1"), default);

        await server.AskAsync("SCRIPT", "FLUSH");

        Assert.True(await redis.Store.IsEndedAsync("s1", default));
        Assert.False(await redis.Store.EndAsync(End("s1"), default));
    }

    internal static SessionEnd End(string sid) => new(sid, DateTimeOffset.UtcNow.AddHours(1), DateTimeOffset.UtcNow, false);

    /// <summary>The answer, once there is one.</summary>
    internal static async Task<bool> EventuallyAsync(OpenRedis redis, TimeSpan patience, string sid = "s1")
    {
        for (var begun = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return await redis.Store.IsEndedAsync(sid, default);
            }
            catch (SessionStoreException) when (Stopwatch.GetElapsedTime(begun) < patience)
            {
                redis.Turn(TimeSpan.FromMilliseconds(20));
                await Task.Delay(20);
            }
        }
    }

    // What calls are told once connecting was tried.
    private static async Task<SessionStoreException> FaultAsync(OpenRedis redis)
    {
        while (true)
        {
            var fault = await Assert.ThrowsAsync<SessionStoreException>(async () => await redis.Store.IsEndedAsync("s1", default));
            if (!fault.Message.Contains("not connected yet", StringComparison.Ordinal))
            {
                return fault;
            }
        }
    }

    private sealed class TlsWorld : IAsyncDisposable
    {
        private readonly TestFolder _folder = new();
        private readonly TestAuthority _authority = new("Redis authority");

        public RedisTlsSettings Tls => new(_folder.Write("ca.crt", _authority.Pem), null, null, null);

        public string Write(string name, string text) => _folder.Write(name, text);

        public Task<RedisServer> StartAsync(string? host)
        {
            var (certificate, key) = _authority.Issue("redis", TestAuthority.ServerUse, host);
            return RedisServer.StartTlsAsync((Write("server.crt", certificate), Write("server.key", key), Tls.AuthorityFile!), wantsCertificate: false, null);
        }

        public ValueTask DisposeAsync()
        {
            _authority.Dispose();
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
