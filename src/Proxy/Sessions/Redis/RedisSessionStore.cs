using System.Globalization;
using StackExchange.Redis;

namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>
/// Keeps everything in Redis, for any number of replicas. A request's call is one round trip, in a Cluster too: what belongs to one
/// session lies in one bucket. Only the lists by subject lie elsewhere; they are written before the session and checked when read, so
/// that what is listed may be stale but nothing is missing.
/// </summary>
internal sealed class RedisSessionStore(RedisConnection connection, RecentEnds recent, RecentMarks marks, ILogger<RedisSessionStore> log) : ISessionStore
{
    private static readonly long LastTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly SessionKeys _keys = connection.Keys;
    private readonly RedisLists _lists = new(connection, marks);

    public async ValueTask CreateAsync(SessionIndex index, byte[] sealedRecord, StoredCookie cookie, CancellationToken cancellation)
    {
        RequireSize(sealedRecord);
        await _lists.AddLookupsAsync(index, cancellation);
        var created = await connection.RunAsync(
            SessionScripts.Create,
            BucketOf(cookie),
            [_keys.Session(index.Sid), _keys.Tombstone(index.Sid), _keys.Cookie(cookie.Key)],
            [
                Prefix(index.Sid), index.Sid, sealedRecord, index.Record, index.Subject.ToBytes(), Provider(index), Milliseconds(index.GoneAfter),
                TimeToLive(index.EndsAt, index.TouchedAt), SessionKeys.Name(cookie.Key), cookie.Host, cookie.Wrap,
            ],
            cancellation);
        if ((long)created == 0)
        {
            throw new SessionStoreException("the session exists already, or has ended");
        }
    }

    public async ValueTask<FoundSession?> FindAsync(StoreKey cookie, CancellationToken cancellation)
    {
        var bucket = StoreBucket.Of(cookie);
        var answer = await connection.RunAsync(
            SessionScripts.Find, bucket, [_keys.Cookie(cookie)], [_keys.Of(bucket), SessionScripts.MaximumRecord], cancellation);
        if (answer.IsNull)
        {
            return null;
        }

        var found = (RedisValue[])answer;
        if (found.Length == 0)
        {
            log.ValueTooLarge();
            return null;
        }

        return new FoundSession(found[0]!, found[1]!, found[2]!, found[3]!, Number(found[4]));
    }

    public async ValueTask TouchAsync(SessionIndex index, StoredCookie? rewrapped, CancellationToken cancellation)
    {
        var touched = await connection.RunAsync(
            SessionScripts.Touch,
            StoreBucket.Of(index.Sid),
            [_keys.Session(index.Sid)],
            [
                Prefix(index.Sid), index.Sid, index.Record, index.Subject.ToBytes(), Provider(index), Milliseconds(index.GoneAfter),
                rewrapped is null ? "" : SessionKeys.Name(rewrapped.Key), rewrapped?.Wrap ?? [],
            ],
            cancellation);
        await FollowAsync(index, touched, cancellation);
    }

    public async ValueTask<bool> AddCookieAsync(StoredCookie cookie, CancellationToken cancellation) =>
        (long)await connection.RunAsync(
            SessionScripts.AddCookie,
            BucketOf(cookie),
            [_keys.Session(cookie.Sid), _keys.Cookie(cookie.Key)],
            [Prefix(cookie.Sid), cookie.Sid, SessionKeys.Name(cookie.Key), cookie.Host, cookie.Wrap, StoredCookie.MaximumPerHost],
            cancellation) == 1;

    public async ValueTask<bool> EndAsync(SessionEnd end, CancellationToken cancellation)
    {
        recent.Remember(end);
        var (isNew, lookups) = await recent.EndAsync(end, cancellation);
        foreach (var lookup in lookups)
        {
            await ForgetAsync(lookup, end.Sid, cancellation);
        }

        return isNew;
    }

    public async ValueTask<SessionLease?> TryLeaseAsync(string sid, DateTimeOffset now, TimeSpan life, CancellationToken cancellation)
    {
        var fence = await OfSessionAsync(SessionScripts.Lease, sid, [(long)life.TotalMilliseconds], cancellation);
        return fence.IsNull ? null : new SessionLease(sid, Number((RedisValue)fence));
    }

    public async ValueTask<bool> RenewLeaseAsync(SessionLease lease, DateTimeOffset now, TimeSpan life, CancellationToken cancellation) =>
        (long)await OfSessionAsync(SessionScripts.Renew, lease.Sid, [Text(lease.Fence), (long)life.TotalMilliseconds], cancellation) == 1;

    public async ValueTask ReleaseLeaseAsync(SessionLease lease, CancellationToken cancellation) =>
        await OfSessionAsync(SessionScripts.Renew, lease.Sid, [Text(lease.Fence), 0], cancellation);

    public async ValueTask<bool> ReplaceAsync(SessionIndex index, byte[] sealedRecord, SessionLease lease, CancellationToken cancellation)
    {
        RequireSize(sealedRecord);
        var replaced = await OfSessionAsync(
            SessionScripts.Replace,
            index.Sid,
            [Text(lease.Fence), index.Sid, index.Record, index.Subject.ToBytes(), Provider(index), Milliseconds(index.GoneAfter), sealedRecord],
            cancellation);
        await FollowAsync(index, replaced, cancellation);
        return (long)replaced != 0;
    }

    public async ValueTask<bool> IsEndedAsync(string sid, CancellationToken cancellation) =>
        (long)await connection.RunAsync(SessionScripts.IsEnded, StoreBucket.Of(sid), [_keys.Tombstone(sid)], [], cancellation) == 1;

    public async ValueTask<bool> TryMarkOnceAsync(StoreKey mark, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellation) =>
        (long)await connection.RunAsync(
            ListScripts.Mark,
            StoreBucket.Of(mark),
            [_keys.Mark(mark)],
            [_keys.Of(StoreBucket.Of(mark)), SessionKeys.Name(mark), Milliseconds(now), Milliseconds(until), TimeToLive(until, now)],
            cancellation) == 1;

    public ValueTask<IReadOnlyList<StoredIndex>> ListAsync(IReadOnlyList<StoreKey> lookup, int limit, CancellationToken cancellation) =>
        _lists.ListAsync(lookup, limit, cancellation);

    public ValueTask<StoredIndexPage> ListAllAsync(string? after, int limit, CancellationToken cancellation) => _lists.ListAllAsync(after, limit, cancellation);

    public ValueTask<IReadOnlyList<StoredIndex>> ListGoneAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        _lists.ListGoneAsync(Milliseconds(now), limit, cancellation);

    public ValueTask AddNotBeforeAsync(StoredNotBefore mark, CancellationToken cancellation) => marks.AddAsync(mark, cancellation);

    public ValueTask<NotBeforePage> ListNotBeforeAsync(long after, int limit, CancellationToken cancellation) =>
        _lists.ListNotBeforeAsync(after, limit, cancellation);

    public ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken cancellation) => _lists.SweepAsync(Milliseconds(now), limit, cancellation);

    public ValueTask<IReadOnlyList<UndeliveredEnd>> ListUndeliveredAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        _lists.ListUndeliveredAsync(Milliseconds(now), limit, cancellation);

    public async ValueTask AcknowledgeAsync(string sid, CancellationToken cancellation) =>
        await connection.RunAsync(ListScripts.Acknowledge, StoreBucket.Of(sid), [Prefix(sid) + "d"], [Prefix(sid), sid], cancellation);

    public async ValueTask PostponeAsync(string sid, DateTimeOffset due, CancellationToken cancellation) =>
        await connection.RunAsync(ListScripts.Postpone, StoreBucket.Of(sid), [Prefix(sid) + "d"], [Prefix(sid), sid, Milliseconds(due)], cancellation);

    internal static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    /// <summary>The other way, of what may not be ours: a time beyond the last is the last, what is no number the first.</summary>
    internal static DateTimeOffset Time(RedisValue milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(Number(milliseconds), LastTime));

    /// <summary>By the difference, not by the clock: ours and the server's may differ. A minute longer than meant, so that sweeping comes first.</summary>
    internal static long TimeToLive(DateTimeOffset until, DateTimeOffset now) => (long)((until > now ? until - now : TimeSpan.Zero) + TimeSpan.FromMinutes(1)).TotalMilliseconds;

    private static RedisValue Provider(SessionIndex index) => index.ProviderSession?.ToBytes() ?? [];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whoever can write the store may have written it: what is no number is the lowest.</summary>
    internal static long Number(RedisValue text) => long.TryParse((string?)text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static void RequireSize(byte[] sealedRecord)
    {
        if (sealedRecord.Length > SessionScripts.MaximumRecord)
        {
            throw new SessionStoreException($"the session's record has {sealedRecord.Length} bytes; at most {SessionScripts.MaximumRecord} are kept");
        }
    }

    // The end stands, and is no less one for a list that still names it: whoever reads the list clears it up.
    private async ValueTask ForgetAsync(StoreKey lookup, string sid, CancellationToken cancellation)
    {
        try
        {
            await _lists.ForgetAsync(lookup, [sid], cancellation);
        }
        catch (SessionStoreException fault)
        {
            log.LookupNotRemoved(sid, fault);
        }
    }

    private static int BucketOf(StoredCookie cookie)
    {
        var bucket = StoreBucket.Of(cookie.Sid);
        return StoreBucket.Of(cookie.Key) == bucket
            ? bucket
            : throw new ArgumentException("The cookie's secret was not drawn for its session.", nameof(cookie));
    }

    private string Prefix(string sid) => _keys.Of(StoreBucket.Of(sid));

    private ValueTask<RedisResult> OfSessionAsync(RedisScript script, string sid, RedisValue[] arguments, CancellationToken cancellation) =>
        connection.RunAsync(script, StoreBucket.Of(sid), [_keys.Session(sid)], [Prefix(sid), .. arguments], cancellation);

    // After a rotation of the realm's key a session is looked up under another hash.
    private async ValueTask FollowAsync(SessionIndex index, RedisResult changed, CancellationToken cancellation)
    {
        if ((long)changed == 2)
        {
            await _lists.AddLookupsAsync(index, cancellation);
        }
    }
}
