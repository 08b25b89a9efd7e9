using System.Security.Cryptography;
using System.Text.Json;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Redis;
using AuthProxy.Proxy.Sessions.Sealing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Bench.Sessions;

/// <summary>A Redis, a realm with its keys, and Proxies that serve its sessions. Nobody logs in: sessions are written as a login writes them.</summary>
internal sealed class SessionWorld : IAsyncDisposable
{
    public const string Host = "app.localhost";

    private const string Issuer = "http://127.0.0.1:9";
    private const string Realm = "bench";
    private const int AtATime = 64;

    private readonly string _folder;
    private readonly string _published;
    private readonly int _upstream;
    private readonly int _redisPort = Peers.FreePort();
    private readonly Peer _redis;
    private readonly RealmKeys _keys;
    private RedisConnection _connection = null!;
    private RedisSessionStore _store = null!;

    private SessionWorld(string folder, string published, int upstream)
    {
        (_folder, _published, _upstream) = (folder, published, upstream);
        _keys = RealmKeys.Load(Path.Combine(folder, "keys"), Realm, generate: true, TimeProvider.System);
        _redis = new Peer("redis-server", _redisPort, "redis-server", "--port", Peers.Text(_redisPort), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no");
    }

    public static async Task<SessionWorld> StartAsync(string folder, string published, int upstream)
    {
        var world = new SessionWorld(folder, published, upstream);
        _ = world._redis.Run();
        var settings = new RedisSettings(
            [new RedisEndpoint("127.0.0.1", world._redisPort)], false, null, null, 0, "authproxy", TimeSpan.FromSeconds(5), 0, null);
        world._connection = new RedisConnection(RedisExtensions.ClientOf(settings, Realm, TimeProvider.System, new RedisMetrics()), NullLogger<RedisConnection>.Instance);
        world._store = new RedisSessionStore(
            world._connection, new RecentEnds(world._connection, 0, NullLogger<RecentEnds>.Instance),
            new RecentMarks(world._connection, 0, NullLogger<RecentMarks>.Instance), NullLogger<RedisSessionStore>.Instance);
        await world._connection.StartAsync(CancellationToken.None);
        while (!world._connection.IsConnected)
        {
            await Task.Delay(10);
        }

        return world;
    }

    /// <summary>Begins sessions; their cookies, as in a Cookie header.</summary>
    public async Task<string[]> SeedAsync(int count)
    {
        var cookies = new string[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (at, cancellation) =>
        {
            cookies[at] = $"{SecretCookies.Session}={(await BeginAsync($"user-{at}", cancellation)).Text}";
        });
        return cookies;
    }

    public async Task<double> RedisBytesAsync()
    {
        var answer = await _connection.RunAsync(new RedisScript("return redis.call('INFO', 'memory')"), 0, [_connection.Keys.Of(0)], [], CancellationToken.None);
        var line = ((string)answer!).Split('\n').First(line => line.StartsWith("used_memory:", StringComparison.Ordinal));
        return double.Parse(line.AsSpan("used_memory:".Length), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A script that asks with another session each time: far more of them than a Proxy keeps copies.</summary>
    public static string RandomCookies(string folder, IReadOnlyList<string> cookies)
    {
        var (list, script) = (Path.Combine(folder, "cookies.txt"), Path.Combine(folder, "cookies.lua"));
        File.WriteAllLines(list, cookies);
        File.WriteAllText(script, $$"""
            local cookies = {}
            for line in io.lines("{{list}}") do cookies[#cookies + 1] = line end
            request = function() return wrk.format("GET", "/orders/7", { ["Host"] = "{{Host}}", ["Cookie"] = cookies[math.random(#cookies)] }) end

            """);
        return script;
    }

    public Peer Proxy(string name, string? script = null)
    {
        var (port, api) = (Peers.FreePort(), Peers.FreePort());
        var (configuration, rules) = (Path.Combine(_folder, $"authproxy-{port}.yaml"), Path.Combine(_folder, $"rules-{port}.yaml"));
        File.WriteAllText(configuration, $$"""
            realm: {{Realm}}
            data_folder: {{_folder}}/data-{{port}}
            serve:
              proxy: { host: 127.0.0.1, port: {{port}}, public_urls: ["http://{{Host}}"] }
              api: { host: 127.0.0.1, port: {{api}} }
            sessions: { store: redis, redis: { endpoints: ["127.0.0.1:{{_redisPort}}"], wait_replicas: 0 }, keys_folder: {{_folder}}/keys }
            assertion: { audiences: [bench] }
            access_rules: { repositories: ["{{rules}}"] }
            log: { level: warn }
            authenticators:
              oidc: { enabled: true, config: { issuer: "{{Issuer}}", client_id: bench, client_secret: bench } }

            """);
        File.WriteAllText(rules, $$$"""
            version: authproxy/v1
            rules:
            - id: orders
              match: { path: /** }
              authenticators: [oidc]
              mutators:
              - { handler: header, config: { headers: { X-User: "{{ print .Subject }}" } } }
              - { handler: assertion, config: { audience: bench } }
              upstream: http://127.0.0.1:{{{_upstream}}}

            """);
        return new Peer(name, port, Path.Combine(_published, "authproxy", "authproxy"), "serve", "--config", configuration) { Script = script };
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.StopAsync(CancellationToken.None);
        _connection.Dispose();
        _redis.Dispose();
    }

    // A record of the size that a provider with a few claims and an ID token gives.
    private async Task<CookieSecret> BeginAsync(string subject, CancellationToken cancellation)
    {
        var now = DateTimeOffset.UtcNow;
        using var claims = JsonDocument.Parse($$"""{"name":"{{subject}}","email":"{{subject}}@example.com","groups":["clerks","readers"]}""");
        var session = new Session(
            Session.NewSid(), Issuer, subject, claims.RootElement.Clone(), new ProviderTokens(new string('i', 900), null, null, null), null, now, now, now.AddHours(12));
        var (cookie, recordKey, sealer) = (CookieSecret.New(session.Sid), SessionSealer.NewRecordKey(), new SessionSealer(_keys));
        var stored = new StoredCookie(cookie.StoreKey, session.Sid, Host, sealer.WrapKey(recordKey, cookie, Host, session.Sid));
        await _store.CreateAsync(
            new SessionIndexer(_keys).Make(session, now.AddHours(1), now), sealer.SealRecord(recordKey, session), stored, cancellation);
        CryptographicOperations.ZeroMemory(recordKey);
        return cookie;
    }
}
