using System.Text;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends.Bearers;
using AuthProxy.Proxy.Sessions.Redis;
using AuthProxy.Proxy.Sessions.Sealing;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Sessions.Redis;

/// <summary>What somebody can do who reads or writes Redis, but has not the realm's key.</summary>
public sealed class RedisAttackTests : IAsyncLifetime
{
    private const string Host = "app.example.com";

    private RedisServer _server = null!;
    private OpenRedis _redis = null!;

    public async Task InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _redis = await OpenRedis.StartAsync(OpenRedis.Settings(_server), "bank");
        await _redis.UntilConnectedAsync();
    }

    public async Task DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_that_lies_in_Redis_is_a_cookie_a_token_a_name_or_a_key()
    {
        var (session, cookie) = await Replica().BeginAsync(Some.Login("alice"), Host, default);
        await _redis.Store.TryMarkOnceAsync(RedisFailoverTests.Key(), DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddMinutes(1), default);

        var dump = await DumpAsync();

        Assert.Contains(session.Sid, dump, StringComparison.Ordinal);
        string[] secrets =
        [
            cookie.Text, Convert.ToHexString(cookie.Bytes), Convert.ToBase64String(cookie.Bytes), Encoding.Latin1.GetString(cookie.Bytes),
            Encoding.Latin1.GetString(Some.Bytes(1)), "alice", Some.Issuer, "id.to.ken", "access", "clerks", "p1",
        ];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, dump, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Every_key_ends_by_itself_where_nobody_sweeps()
    {
        var replica = Replica();
        await replica.BeginAsync(Some.Login("alice"), Host, default);
        var (ended, _) = await replica.BeginAsync(Some.Login("bob"), Host, default);
        await _redis.Store.EndAsync(RedisConnectionTests.End(ended.Sid) with { TellTokenizer = true }, default);
        await _redis.Store.TryMarkOnceAsync(RedisFailoverTests.Key(), DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddMinutes(1), default);
        await _redis.Store.AddNotBeforeAsync(new StoredNotBefore(RedisFailoverTests.Key(), [1], DateTimeOffset.UtcNow.AddHours(1)), default);

        var keys = (await _server.AskAsync("KEYS", "*")).Split('\n');

        Assert.InRange(keys.Length, 10, 40);
        foreach (var key in keys)
        {
            Assert.True(long.Parse(await _server.AskAsync("PTTL", key), System.Globalization.CultureInfo.InvariantCulture) > 0, key);
        }
    }

    [Fact]
    public async Task Session_that_was_planted_without_the_realms_key_opens_nothing_at_ours()
    {
        var forger = Replica(Some.Keys(TimeProvider.System, "bank", (1, Some.Bytes(9))));
        var (_, cookie) = await forger.BeginAsync(Some.Login("admin"), Host, default);

        Assert.IsType<SessionLookup.Live>(await Replica(Some.Keys(TimeProvider.System, "bank", (1, Some.Bytes(9)))).FindAsync(cookie, Host, default));
        Assert.IsType<SessionLookup.None>(await Replica().FindAsync(cookie, Host, default));
    }

    [Fact]
    public async Task Record_that_was_put_under_another_session_opens_nothing()
    {
        var (mine, cookie) = await Replica().BeginAsync(Some.Login("mallory"), Host, default);
        var (theirs, _) = await Replica().BeginAsync(Some.Login("alice"), Host, default);
        foreach (var fields in new[] { "r", "i", "ri" })
        {
            await CopyAsync(fields, theirs.Sid, mine.Sid);
            Assert.IsType<SessionLookup.None>(await Replica().FindAsync(cookie, Host, default));
        }
    }

    [Fact]
    public async Task Cookie_that_was_made_to_point_at_another_session_opens_nothing()
    {
        var (_, cookie) = await Replica().BeginAsync(Some.Login("mallory"), Host, default);
        var (theirs, theirCookie) = await Replica().BeginAsync(Some.Login("alice"), Host, default);
        var (mine, other) = (_redis.Connection.Keys.Cookie(cookie.StoreKey).ToString(), _redis.Connection.Keys.Cookie(theirCookie.StoreKey).ToString());
        await _server.AskAsync("EVAL", "redis.call('HSET', KEYS[1], 's', redis.call('HGET', KEYS[2], 's'))", "2", mine, other);
        await CopySessionAsync(theirs.Sid, StoreBucket.Of(cookie.StoreKey));
        Assert.IsType<SessionLookup.None>(await Replica().FindAsync(cookie, Host, default));

        await _server.AskAsync("EVAL", "redis.call('HSET', KEYS[1], 'w', redis.call('HGET', KEYS[2], 'w'))", "2", mine, other);
        Assert.IsType<SessionLookup.None>(await Replica().FindAsync(cookie, Host, default));
    }

    [Fact]
    public async Task Cookie_of_one_host_opens_nothing_on_another()
    {
        var (_, cookie) = await Replica().BeginAsync(Some.Login("alice"), Host, default);

        Assert.IsType<SessionLookup.None>(await Replica().FindAsync(cookie, "evil.example.com", default));
    }

    [Fact]
    public async Task Index_that_was_changed_to_make_a_session_last_opens_nothing()
    {
        var (session, cookie) = await Replica().BeginAsync(Some.Login("alice"), Host, default);
        await _server.AskAsync(
            "EVAL", "local i = redis.call('HGET', KEYS[1], 'i'); redis.call('HSET', KEYS[1], 'i', string.sub(i, 1, 84) .. '\\127' .. string.sub(i, 86))",
            "1", _redis.Connection.Keys.Session(session.Sid).ToString());

        Assert.IsType<SessionLookup.None>(await Replica().FindAsync(cookie, Host, default));
    }

    [Theory]
    [InlineData("r", SessionScripts.MaximumRecord + 1)]
    [InlineData("i", 1025)]
    [InlineData("v", 1025)]
    public async Task Value_larger_than_any_of_ours_is_not_even_read(string field, int size)
    {
        var (session, cookie) = await Replica().BeginAsync(Some.Login("alice"), Host, default);
        await _server.AskAsync("HSET", _redis.Connection.Keys.Session(session.Sid).ToString(), field, new string('x', size));
        var sent = await SentAsync();

        Assert.IsType<SessionLookup.None>(await Replica().FindAsync(cookie, Host, default));

        Assert.InRange(await SentAsync() - sent, 0, 10_000);
    }

    [Fact]
    public async Task Value_of_another_kind_is_a_store_that_fails_and_no_session()
    {
        var (session, cookie) = await Replica().BeginAsync(Some.Login("alice"), Host, default);
        var key = _redis.Connection.Keys.Session(session.Sid).ToString();
        await _server.AskAsync("DEL", key);
        await _server.AskAsync("SET", key, "x");

        await Assert.ThrowsAsync<SessionStoreException>(async () => await Replica().FindAsync(cookie, Host, default));
    }

    [Fact]
    public async Task Lists_that_were_filled_with_rubbish_end_and_what_is_ours_in_them_is_found()
    {
        var subject = RedisFailoverTests.Key();
        var now = DateTimeOffset.UtcNow;
        var index = new SessionIndex("s1", subject, null, now, now.AddHours(12), now.AddHours(1), now, [2]);
        await _redis.Store.CreateAsync(index, [3], new StoredCookie(CookieSecret.New("s1").StoreKey, "s1", Host, [1]), default);
        var keys = _redis.Connection.Keys;
        for (var i = 0; i < 300; i++)
        {
            await _server.AskAsync("ZADD", keys.Lookup(subject).ToString(), "1", i % 2 == 0 ? $"rubbish{i}" : new string((char)('a' + (i % 26)), 100 + i));
            await _server.AskAsync("ZADD", keys.Of(i % 64) + "a", "0", $"rubbish{i}");
            await _server.AskAsync("ZADD", keys.Of(i % 64) + "g", "1", $"rubbish{i}");
            await _server.AskAsync("ZADD", keys.Of(i % 64) + "d", "1", $"rubbish{i}");
            await _server.AskAsync("ZADD", keys.Of(0) + "n", $"{i + 1}", $"rubbish{i}");
        }

        Assert.Equal("s1", Assert.Single(await _redis.Store.ListAsync([subject], 50, default)).Sid);
        Assert.Equal("s1", Assert.Single((await _redis.Store.ListAllAsync(null, 1000, default)).Items).Sid);
        Assert.Empty(await _redis.Store.ListGoneAsync(now, 50, default));
        Assert.Empty(await _redis.Store.ListUndeliveredAsync(now, 50, default));
        Assert.Empty((await _redis.Store.ListNotBeforeAsync(0, 1000, default)).Items);
    }

    [Theory]
    [InlineData("an-id-of-another-bucket"), InlineData("no id \u001b[2J"), InlineData("an-id-that-is-longer-than-any-of-ours-0123456789012345678901234567890123456789")]
    public async Task Session_that_was_planted_where_no_end_finds_it_is_listed_nowhere_and_taken_off(string sid)
    {
        var prefix = _redis.Connection.Keys.Of((StoreBucket.Of(sid) + 1) % StoreBucket.Count);
        await _server.AskAsync("HSET", prefix + "s:" + sid, "i", "x", "r", "x");
        await _server.AskAsync("HSET", prefix + "q", sid, "1 0");
        foreach (var list in "agd")
        {
            await _server.AskAsync("ZADD", prefix + list, "1", sid);
        }

        Assert.Empty(await _redis.Store.ListGoneAsync(DateTimeOffset.UtcNow, 50, default));
        Assert.Empty((await _redis.Store.ListAllAsync(null, 50, default)).Items);
        Assert.Empty(await _redis.Store.ListUndeliveredAsync(DateTimeOffset.UtcNow, 50, default));
        foreach (var list in "agdq")
        {
            Assert.Equal("0", await _server.AskAsync("EXISTS", prefix + list));
        }
    }

    [Fact]
    public async Task Time_beyond_the_calendar_is_the_last_of_it_and_no_fault()
    {
        const string Time = "99999999999999999";
        var prefix = _redis.Connection.Keys.Of(StoreBucket.Of("s1"));
        await _server.AskAsync("ZADD", prefix + "d", "1", "s1");
        await _server.AskAsync("HSET", prefix + "q", "s1", $"{Time} {Time}");
        await _server.AskAsync("ZADD", _redis.Connection.Keys.Of(0) + "n", "1", $"{SessionKeys.Name(RedisFailoverTests.Key())} {Time} x");

        Assert.Equal(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds(), Assert.Single(await _redis.Store.ListUndeliveredAsync(DateTimeOffset.UtcNow, 9, default)).Until.ToUnixTimeMilliseconds());
        Assert.Equal(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds(), Assert.Single((await _redis.Store.ListNotBeforeAsync(0, 9, default)).Items).Until.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Rubbish_in_the_feed_hides_no_mark_behind_it()
    {
        var about = RedisFailoverTests.Key();
        var records = new BearerMarkRecord(Some.Keys(TimeProvider.System));
        await _server.AskAsync("EVAL", "for i = 1, 1200 do redis.call('ZADD', KEYS[1], i, 'rubbish' .. i) end", "1", _redis.Connection.Keys.Of(0) + "n");
        await _redis.Store.AddNotBeforeAsync(records.Make(about, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1)), default);
        using var marks = new BearerMarks(_redis.Store, records, TimeProvider.System, NullLogger<BearerMarks>.Instance);

        await marks.ReadOnAsync(default);

        Assert.True(marks.HasEnded(new BearerIdentity(about, default, DateTimeOffset.UtcNow.AddMinutes(-1), null)));
    }

    [Fact]
    public async Task Call_of_a_request_is_one_round_trip()
    {
        var (session, cookie) = await Replica().BeginAsync(Some.Login("alice"), Host, default);
        await _redis.Store.FindAsync(cookie.StoreKey, default);
        var index = new SessionIndexer(Some.Keys(TimeProvider.System)).Make(session, DateTimeOffset.UtcNow.AddHours(1), DateTimeOffset.UtcNow);
        await _redis.Store.TouchAsync(index, null, default);
        await _server.AskAsync("CONFIG", "RESETSTAT");

        await _redis.Store.FindAsync(cookie.StoreKey, default);
        await _redis.Store.TouchAsync(index, null, default);

        Assert.Contains("cmdstat_evalsha:calls=2,", await _server.AskAsync("INFO", "commandstats"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rights_that_the_documentation_names_are_enough_and_reach_no_other_key()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "sessions.md"));
        var rights = page[page.IndexOf("ACL SETUSER default", StringComparison.Ordinal)..].Split('`')[0].Replace("PASSWORD", "secret", StringComparison.Ordinal);
        await using var server = await RedisServer.StartAsync();
        var words = rights.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("OK", await server.AskAsync(words));
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(server, "secret"), "rights");
        await redis.UntilConnectedAsync();
        await redis.Connection.SubscribeAsync("news", _ => { }, default);
        await redis.Connection.PublishAsync("news", [1], default);
        var live = Some.Sessions(out var terminator, TimeProvider.System, redis.Store);
        var (session, cookie) = await live.BeginAsync(Some.Login("alice"), Host, default);
        Assert.IsType<SessionLookup.Live>(await live.FindAsync(cookie, Host, default));
        await redis.Store.AddCookieAsync(new StoredCookie(CookieSecret.New(session.Sid).StoreKey, session.Sid, Host, [1]), default);
        await redis.Store.TryMarkOnceAsync(RedisFailoverTests.Key(), DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddMinutes(1), default);
        var lease = await redis.Store.TryLeaseAsync(session.Sid, DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1), default);
        await redis.Store.ReleaseLeaseAsync(lease!, default);
        await redis.Store.AddNotBeforeAsync(new StoredNotBefore(RedisFailoverTests.Key(), [1], DateTimeOffset.UtcNow.AddHours(1)), default);
        await redis.Store.ListNotBeforeAsync(0, 10, default);
        await redis.Store.ListAllAsync(null, 10, default);
        Assert.Equal(1, await terminator.EndAllOfSubjectAsync(Some.Issuer, "alice", SessionEndReason.Operator, default));
        await redis.Store.ListUndeliveredAsync(DateTimeOffset.UtcNow, 10, default);
        await redis.Store.SweepAsync(DateTimeOffset.UtcNow.AddDays(1), 100, default);
    }

    // Each with nothing in memory: only the store speaks.
    private LiveSessions Replica(RealmKeys? keys = null) => Some.Sessions(TimeProvider.System, _redis.Store, keys);

    private async Task CopyAsync(string fields, string from, string to)
    {
        foreach (var field in fields)
        {
            await _server.AskAsync(
                "EVAL", $"redis.call('HSET', KEYS[2], '{field}', redis.call('HGET', KEYS[1], '{field}'))", "2",
                _redis.Connection.Keys.Session(from).ToString(), _redis.Connection.Keys.Session(to).ToString());
        }
    }

    private Task<string> CopySessionAsync(string sid, int bucket) =>
        _server.AskAsync("COPY", _redis.Connection.Keys.Session(sid).ToString(), _redis.Connection.Keys.Of(bucket) + "s:" + sid);

    private async Task<string> DumpAsync()
    {
        var dump = new StringBuilder();
        foreach (var key in (await _server.AskAsync("KEYS", "*")).Split('\n'))
        {
            dump.AppendLine(key).AppendLine(await _server.AskAsync("TYPE", key) switch
            {
                "hash" => await _server.AskAsync("HGETALL", key),
                "zset" => await _server.AskAsync("ZRANGE", key, "0", "-1", "WITHSCORES"),
                "list" => await _server.AskAsync("LRANGE", key, "0", "-1"),
                _ => await _server.AskAsync("GET", key),
            });
        }

        return dump.ToString();
    }

    private async Task<long> SentAsync()
    {
        var stats = await _server.AskAsync("INFO", "stats");
        var line = stats.Split("\r\n").Single(line => line.StartsWith("total_net_output_bytes:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1), System.Globalization.CultureInfo.InvariantCulture);
    }
}
