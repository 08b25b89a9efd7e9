using System.Diagnostics;
using System.Net;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Replicas;

/// <summary>Proxies that keep their sessions in a real Redis, which is killed, stopped, restarted and failed over under them.</summary>
public sealed class RedisTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Far above what an answer takes that waits for nothing.
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Killed_Redis_is_503_at_once_with_the_cookie_kept_and_what_it_kept_is_served_after_its_restart()
    {
        await using var redis = await RedisServer.StartAsync(keepsData: true);
        await using var world = await ReplicaWorld.StartAsync(2, RedisWorld.StoreIn(redis, TimeLimit));
        using var browser = await world.SignInAsync("alice");

        await redis.CrashAsync();
        await UntilAsync(world, browser, HttpStatusCode.ServiceUnavailable, Patience);
        var refused = await AskAsync(world, browser, 0);
        Assert.Equal(("session-store-unavailable", true, false), (refused.Reason, refused.HasRetryAfter, refused.SetsCookie));
        Assert.True(refused.Took < TimeLimit);

        await redis.StartAgainAsync();
        await UntilAsync(world, browser, HttpStatusCode.OK, Patience);
    }

    [Fact]
    public async Task Stopped_Redis_holds_no_request_beyond_its_time_limit()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var world = await ReplicaWorld.StartAsync(1, RedisWorld.StoreIn(redis, TimeLimit));
        using var browser = await world.SignInAsync("alice");

        redis.Process.Pause();
        await UntilAsync(world, browser, HttpStatusCode.ServiceUnavailable, Patience);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AskAsync(world, browser, 0)));
        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.ServiceUnavailable, "session-store-unavailable"), (answer.Status, answer.Reason)));
        Assert.All(answers, answer => Assert.True(answer.Took < TimeLimit));

        redis.Process.Resume();
        await UntilAsync(world, browser, HttpStatusCode.OK, Patience);
    }

    [Fact]
    public async Task Proxy_starts_while_Redis_is_down_and_is_ready_once_it_is_up()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.CrashAsync();
        var ports = Loopback.FreePorts(3);
        var starting = ProxyProcess.StartAsync(Rules, Configuration(redis), ports: ports);
        using var client = Loopback.Client();
        await UntilAnswerAsync(client, $"http://127.0.0.1:{ports[2]}/health/live", HttpStatusCode.OK);
        Assert.Contains("session-store", await UntilAnswerAsync(client, $"http://127.0.0.1:{ports[2]}/health/ready", HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadGateway, (await client.GetAsync(new Uri($"http://127.0.0.1:{ports[0]}/open"))).StatusCode);

        await redis.StartAgainAsync();

        await using var proxy = await starting.WaitAsync(Patience);
    }

    [Fact]
    public async Task Wrong_password_shows_at_the_start_in_log_and_readiness()
    {
        await using var redis = await RedisServer.StartAsync("right");
        var ports = Loopback.FreePorts(3);
        using var folder = new TestFolder();
        folder.Write("rules/rules.yaml", Rules);
        var file = folder.Write("authproxy.yaml", $$"""
            data_folder: {{folder.Path}}/data
            serve: { proxy: { host: 127.0.0.1, port: {{ports[0]}}, public_urls: ["http://127.0.0.1:{{ports[0]}}"] }, api: { host: 127.0.0.1, port: {{ports[1]}} } }
            access_rules: { repositories: ["{{folder.Path}}/rules"] }
            sessions: { store: redis, redis: { endpoints: ["{{redis.Address}}"], password: never-to-be-seen } }
            {{Provider}}
            """);
        await using var proxy = RunningProcess.Start(Repository.Service("src/Proxy", "authproxy"), ["serve", "--config", file], folder.Path);
        using var client = Loopback.Client();

        Assert.Contains("session-store", await UntilAnswerAsync(client, $"http://127.0.0.1:{ports[1]}/health/ready", HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
        for (var begun = Stopwatch.GetTimestamp(); !proxy.Output.Contains("refuses the password", StringComparison.Ordinal) && Stopwatch.GetElapsedTime(begun) < Patience;)
        {
            await Task.Delay(50);
        }

        Assert.Contains("refuses the password", proxy.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("never-to-be-seen", proxy.Output, StringComparison.Ordinal);
        Assert.False(proxy.HasExited);
    }

    [Fact]
    public async Task Sessions_outlive_a_failover_of_Sentinel_and_a_logout_just_before_it_stays_one()
    {
        await using var sentinels = await RedisSentinels.StartAsync();
        var list = string.Join(", ", sentinels.Sentinels.Select(one => $"\"{one.Address}\""));
        await using var world = await ReplicaWorld.StartAsync(2, $$"""
            store: redis, redis: { password: {{RedisSentinels.Password}}, sentinel: { master: {{RedisSentinels.MasterName}}, endpoints: [{{list}}], password: {{RedisSentinels.SentinelPassword}} } }
            """);
        using var alice = await world.SignInAsync("alice");
        using var bob = await world.SignInAsync("bob");
        var master = await sentinels.MasterAsync();

        using (var ask = new ReplicaRequests(world))
        using (var logout = await ask.LogOutAsync(0, bob))
        {
            Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        }

        await master.CrashAsync();
        await sentinels.WaitForFailoverAsync(master);

        await UntilAsync(world, alice, HttpStatusCode.OK, Patience);
        await UntilAsync(world, bob, HttpStatusCode.Unauthorized, Patience);
        await master.StartAgainAsync();
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(world, alice, i % 2)).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(world, bob, i % 2)).Status);
            await Task.Delay(50);
        }
    }

    [Fact]
    public async Task Sessions_outlive_a_failover_of_a_cluster_and_a_logout_just_before_it_stays_one()
    {
        await using var cluster = await RedisCluster.StartAsync(replicated: true);
        var list = string.Join(", ", cluster.Nodes.Select(node => $"\"{node.Address}\""));
        await using var world = await ReplicaWorld.StartAsync(2, $"store: redis, redis: {{ cluster: true, endpoints: [{list}] }}");
        using var alice = await world.SignInAsync("alice");
        using var bob = await world.SignInAsync("bob");
        using var ask = new ReplicaRequests(world);
        var holder = await cluster.HolderOfAsync(await ask.SidAsync(bob));

        using (var logout = await ask.LogOutAsync(0, bob))
        {
            Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        }

        await holder.CrashAsync();
        await cluster.WaitForFailoverAsync(holder);

        await UntilAsync(world, alice, HttpStatusCode.OK, Patience);
        await UntilAsync(world, bob, HttpStatusCode.Unauthorized, Patience);

        // Neither do the former primary, which is a replica now, nor a Proxy that remembers nothing, bring the session back.
        await holder.StartAgainAsync();
        await world.Replicas.Replicas[1].CrashAsync();
        await world.Replicas.Replicas[1].StartAgainAsync();
        await UntilAsync(world, alice, HttpStatusCode.OK, Patience);
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(world, alice, i % 2)).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(world, bob, i % 2)).Status);
            await Task.Delay(50);
        }
    }

    [Fact]
    public async Task Sessions_are_shared_through_a_cluster()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var world = await ReplicaWorld.StartAsync(2, $"store: redis, redis: {{ cluster: true, endpoints: [\"{cluster.Nodes[2].Address}\"] }}");
        foreach (var subject in new[] { "alice", "bob", "carol", "dave" })
        {
            using var browser = await world.SignInAsync(subject);
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(world, browser, 0)).Status);
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(world, browser, 1)).Status);
        }
    }

    private const string Rules =
        """
        version: authproxy/v1
        rules:
        - { id: open, match: { path: /open }, authenticators: [anonymous], upstream: "http://127.0.0.1:9" }
        """;

    // Nobody is there: nobody logs in.
    private const string Provider = "authenticators: { oidc: { enabled: true, config: { issuer: \"http://127.0.0.1:9\", client_id: authproxy } } }";

    private static string Configuration(RedisServer redis) => $"sessions: {{ {RedisWorld.StoreIn(redis)} }}\n{Provider}";

    private static async Task<Answer> AskAsync(ReplicaWorld world, UserAgent browser, int replica)
    {
        using var ask = new ReplicaRequests(world);
        var begun = Stopwatch.GetTimestamp();
        using var answer = await ask.GetAsync(replica, browser);
        var body = await answer.Content.ReadAsStringAsync();
        const string Urn = "urn:authproxy:refusal:";
        var at = body.IndexOf(Urn, StringComparison.Ordinal);
        return new Answer(
            answer.StatusCode,
            at < 0 ? null : body[(at + Urn.Length)..body.IndexOf('"', at)],
            answer.Headers.RetryAfter is not null,
            answer.Headers.Contains("Set-Cookie"),
            Stopwatch.GetElapsedTime(begun));
    }

    // Until every replica says so.
    private static async Task UntilAsync(ReplicaWorld world, UserAgent browser, HttpStatusCode status, TimeSpan patience)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var replica = 0; replica < world.Replicas.Replicas.Count;)
        {
            var answer = await AskAsync(world, browser, replica);
            if (answer.Status == status)
            {
                replica++;
                continue;
            }

            Assert.True(Stopwatch.GetElapsedTime(begun) < patience, $"replica {replica} still answers {answer}");
            await Task.Delay(50);
        }
    }

    private static async Task<string> UntilAnswerAsync(HttpClient client, string address, HttpStatusCode status)
    {
        for (var begun = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(address));
                if (answer.StatusCode == status)
                {
                    return await answer.Content.ReadAsStringAsync();
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            Assert.True(Stopwatch.GetElapsedTime(begun) < Patience, address);
            await Task.Delay(50);
        }
    }

    private sealed record Answer(HttpStatusCode Status, string? Reason, bool HasRetryAfter, bool SetsCookie, TimeSpan Took);
}
