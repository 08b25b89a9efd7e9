using System.Text.RegularExpressions;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Configuration;

public partial class RedisSettingsTests
{
    [Fact]
    public void One_server_on_loopback_needs_no_more_than_its_address()
    {
        var redis = Read("{ store: redis, redis: { endpoints: ['127.0.0.1:6379'] } }", out var faults)!.Redis!;

        Assert.Empty(faults);
        Assert.Equal([new RedisEndpoint("127.0.0.1", 6379)], redis.Endpoints);
        Assert.Equal((false, 0, "authproxy", TimeSpan.FromSeconds(1), 1), (redis.IsCluster, redis.Database, redis.KeyPrefix, redis.Timeout, redis.WaitReplicas));
        Assert.Null(redis.Tls);
    }

    [Theory]
    [InlineData("{ store: redis }", "sessions.redis is missing")]
    [InlineData("{ redis: { endpoints: ['127.0.0.1:6379'] } }", "sessions.redis is given, but store is another; write store: redis")]
    [InlineData("{ store: redis, path: a.db, redis: { endpoints: ['127.0.0.1:6379'] } }", "sessions.path is the sqlite store's file")]
    [InlineData("{ store: redis, redis: {} }", "sessions.redis.endpoints names no server")]
    [InlineData("{ store: redis, redis: { endpoints: ['127.0.0.1:1', '127.0.0.1:2'] } }", "names several servers; write cluster: true")]
    [InlineData("{ store: redis, redis: { cluster: true, sentinel: { master: m, endpoints: ['127.0.0.1:1'] } } }", "sessions.redis.cluster is true beside sentinel")]
    [InlineData("{ store: redis, redis: { endpoints: ['127.0.0.1:2'], sentinel: { master: m, endpoints: ['127.0.0.1:1'] } } }", "sessions.redis.endpoints is given beside sentinel")]
    [InlineData("{ store: redis, redis: { sentinel: { endpoints: ['127.0.0.1:1'] } } }", "sessions.redis.sentinel.master")]
    [InlineData("{ store: redis, redis: { sentinel: { master: m } } }", "sessions.redis.sentinel.endpoints")]
    [InlineData("{ store: redis, redis: { cluster: true, database: 1, endpoints: ['127.0.0.1:1'] } }", "sessions.redis.database is not 0")]
    [InlineData("{ store: redis, redis: { endpoints: ['127.0.0.1:1'], username: proxy } }", "signs in as Redis' default user only")]
    [InlineData("{ store: redis, keys_folder: k, redis: { endpoints: ['10.0.0.1:6379'], password: p } }", "sessions.redis.tls is missing, and 10.0.0.1:6379 is another machine")]
    [InlineData("{ store: redis, keys_folder: k, redis: { sentinel: { master: m, endpoints: ['10.0.0.1:1'] } } }", "sessions.redis.tls is missing")]
    [InlineData("{ store: redis, redis: { endpoints: ['10.0.0.1:6379'], password: p, tls: {} } }", "sessions.keys_folder is missing; replicas that share a Redis share the realm's keys")]
    [InlineData("{ store: redis, redis: { endpoints: ['127.0.0.1:1'], tls: { cert: a.crt } } }", "without its key")]
    [InlineData("{ store: redis, redis: { endpoints: ['127.0.0.1'] } }", "write host:port")]
    [InlineData("{ store: redis, redis: { endpoints: ['redis://127.0.0.1:6379'] } }", "write host:port")]
    [InlineData("{ store: redis, redis: { endpoints: ['127.0.0.1:99999'] } }", "write host:port")]
    [InlineData("{ store: redis, redis: { endpoints: ['[::1]:6379'] } }", "is an IPv6 address, which the Redis client cannot reach")]
    [InlineData("{ store: redis, redis: { endpoints: ['127.0.0.1:1'], key_prefix: 'a{b}' } }", "write 1 to 64 letters")]
    [InlineData("{ store: redis, redis: { endpoints: ['127.0.0.1:1'], timeout: 1m } }", "at most 10s")]
    public void Setting_that_cannot_be_meant_is_told_with_its_key_and_what_would_be_right(string yaml, string fault)
    {
        Assert.Null(Read(yaml, out var faults));
        Assert.Contains(faults, found => found.ToString().Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Password_is_told_nowhere()
    {
        Read("{ store: redis, redis: { endpoints: ['10.0.0.1:6379'], password: hunter2, database: x } }", out var faults);

        Assert.DoesNotContain("hunter2", string.Join('\n', faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Redis_elsewhere_without_any_credential_is_warned_of()
    {
        Assert.NotNull(Read("{ store: redis, keys_folder: k, redis: { endpoints: ['10.0.0.1:6379'], tls: {} } }", out var faults));
        Assert.Contains(faults.Warnings, warning => warning.ToString().Contains("neither password nor tls.cert", StringComparison.Ordinal));
    }

    [Fact]
    public void Samples_of_the_documentation_are_configurations()
    {
        using var folder = new TestFolder();
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "sessions.md"));
        var samples = Sample().Matches(page).Select(sample => sample.Groups[1].Value).Where(sample => sample.Contains("store: redis", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, samples.Count);
        foreach (var name in new[] { "redis-password", "sentinel-password" })
        {
            folder.Write(name, "secret");
        }

        foreach (var sample in samples)
        {
            var document = ConfigDocument.Parse(sample.Replace("/run/secrets", folder.Path, StringComparison.Ordinal), "sample.yaml", "AUTHPROXY", new Dictionary<string, string>());

            Assert.NotNull(document.Read(ProxySettings.Schema));
            Assert.Empty(document.Faults.Warnings);
        }
    }

    private static SessionSettings? Read(string sessions, out ConfigFaults faults)
    {
        var document = ConfigDocument.Parse($"sessions: {sessions}", "test.yaml", "AUTHPROXY", new Dictionary<string, string>());
        var settings = document.Read(ProxySettings.Schema);
        faults = document.Faults;
        return settings?.Sessions;
    }

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Sample();
}
