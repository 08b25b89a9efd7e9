using System.Buffers.Text;
using System.Globalization;
using StackExchange.Redis;

namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>Lists over all buckets, in pages of bounded size.</summary>
internal sealed class RedisLists(RedisConnection connection, RecentMarks marks)
{
    private readonly SessionKeys _keys = connection.Keys;

    /// <summary>Puts a session under its subject and its provider's session.</summary>
    public async ValueTask AddLookupsAsync(SessionIndex index, CancellationToken cancellation)
    {
        foreach (var key in index.ProviderSession is { } provider ? [index.Subject, provider] : (StoreKey[])[index.Subject])
        {
            await connection.RunAsync(
                ListScripts.LookupAdd,
                StoreBucket.Of(key),
                [_keys.Lookup(key)],
                [
                    _keys.Of(StoreBucket.Of(key)), index.Sid, RedisSessionStore.Milliseconds(index.EndsAt), RedisSessionStore.Milliseconds(index.TouchedAt),
                    RedisSessionStore.TimeToLive(index.EndsAt, index.TouchedAt),
                ],
                cancellation);
        }
    }

    /// <summary>Takes sessions that have ended off a lookup key.</summary>
    public async ValueTask ForgetAsync(StoreKey key, IReadOnlyList<string> sids, CancellationToken cancellation)
    {
        if (sids.Count > 0)
        {
            var bucket = StoreBucket.Of(key);
            await connection.RunAsync(
                ListScripts.LookupRemove, bucket, [_keys.Lookup(key)], [_keys.Of(bucket), .. sids.Select(sid => (RedisValue)sid)], cancellation);
        }
    }

    public async ValueTask<IReadOnlyList<StoredIndex>> ListAsync(IReadOnlyList<StoreKey> lookup, int limit, CancellationToken cancellation)
    {
        var found = new Dictionary<string, StoredIndex>(StringComparer.Ordinal);
        foreach (var key in lookup)
        {
            var from = 0;
            IReadOnlyList<string> page;
            do
            {
                page = await PageAsync(key, from, limit, cancellation);
                var ended = await ReadAsync(page, found, cancellation);
                await ForgetAsync(key, ended, cancellation);
                from += page.Count - ended.Count;
            }
            while (page.Count == limit && found.Count < limit);
        }

        return [.. found.Values.Take(limit)];
    }

    public async ValueTask<IReadOnlyList<StoredIndex>> ListGoneAsync(long now, int limit, CancellationToken cancellation)
    {
        var answers = await OfAllBucketsAsync(async bucket =>
        {
            var gone = await connection.RunAsync(ListScripts.Gone, bucket, [_keys.Of(bucket) + "g"], [_keys.Of(bucket), now, limit], cancellation);
            return await OursAsync(bucket, (RedisValue[])gone, 2, cancellation);
        });
        return [.. answers.SelectMany(Indexes).Take(limit)];
    }

    public async ValueTask<StoredIndexPage> ListAllAsync(string? after, int limit, CancellationToken cancellation)
    {
        var (bucket, sid) = Place(after);
        RedisValue from = sid;
        var items = new List<StoredIndex>();
        while (bucket < StoreBucket.Count)
        {
            var page = (RedisValue[])await connection.RunAsync(
                ListScripts.All, bucket, [_keys.Of(bucket) + "a"], [_keys.Of(bucket), from.IsNullOrEmpty ? "-" : Behind(from), limit - items.Count], cancellation);
            items.AddRange(Indexes(await OursAsync(bucket, page[1..], 2, cancellation)));
            from = page[0];
            if (from.IsNullOrEmpty)
            {
                bucket++;
            }

            if (items.Count >= limit)
            {
                return new StoredIndexPage(items, bucket < StoreBucket.Count ? $"{bucket}:{from}" : null);
            }
        }

        return new StoredIndexPage(items, null);
    }

    public async ValueTask<int> SweepAsync(long now, int limit, CancellationToken cancellation)
    {
        var swept = 0L;
        SessionStoreException? failed = null;
        for (var bucket = 0; bucket < StoreBucket.Count && swept < limit; bucket++)
        {
            try
            {
                swept += (long)await connection.RunAsync(
                    ListScripts.Sweep, bucket, [_keys.Of(bucket) + "x"], [_keys.Of(bucket), now, limit - swept], cancellation);
            }
            catch (SessionStoreException fault)
            {
                // A Cluster's other nodes are swept all the same.
                failed = fault;
            }
        }

        return swept > 0 || failed is null ? (int)swept : throw failed;
    }

    public async ValueTask<IReadOnlyList<UndeliveredEnd>> ListUndeliveredAsync(long now, int limit, CancellationToken cancellation)
    {
        var answers = await OfAllBucketsAsync(async bucket =>
        {
            var due = await connection.RunAsync(ListScripts.Undelivered, bucket, [_keys.Of(bucket) + "d"], [_keys.Of(bucket), now, limit], cancellation);
            return await OursAsync(bucket, (RedisValue[])due, 3, cancellation);
        });
        return
        [
            .. answers.SelectMany(answer => answer.Chunk(3))
                .Select(end => new UndeliveredEnd(end[0]!, RedisSessionStore.Time(end[1]), (int)Math.Min(RedisSessionStore.Number(end[2]), int.MaxValue)))
                .Take(limit),
        ];
    }

    public async ValueTask<NotBeforePage> ListNotBeforeAsync(long after, int limit, CancellationToken cancellation)
    {
        var answer = (RedisValue[])await connection.RunAsync(
            ListScripts.NotBefore, RecentMarks.Bucket, [_keys.Of(RecentMarks.Bucket) + "n"], [_keys.Of(RecentMarks.Bucket), after, limit], cancellation);
        var (items, last) = (new List<StoredNotBefore>(), after);
        foreach (var pair in answer.Chunk(2))
        {
            var number = RedisSessionStore.Number(pair[1]);
            last = Math.Max(last, number);
            if (Mark(pair[0]!) is { } mark)
            {
                items.Add(mark);
                marks.Remember(mark, number);
            }
        }

        return new NotBeforePage(items, last);
    }

    private async ValueTask<IReadOnlyList<string>> PageAsync(StoreKey key, int from, int limit, CancellationToken cancellation)
    {
        var bucket = StoreBucket.Of(key);
        var page = await connection.RunAsync(ListScripts.LookupPage, bucket, [_keys.Lookup(key)], [_keys.Of(bucket), from, limit], cancellation);
        return [.. ((RedisValue[])page).Select(sid => (string)sid!)];
    }

    // Reads the index records of these sessions; gives those that have ended.
    private async ValueTask<IReadOnlyList<string>> ReadAsync(
        IReadOnlyList<string> sids, Dictionary<string, StoredIndex> found, CancellationToken cancellation)
    {
        var ended = new List<string>();
        foreach (var group in sids.Where(sid => sid.Length > 0).GroupBy(StoreBucket.Of))
        {
            var asked = group.ToList();
            var prefix = _keys.Of(group.Key);
            var told = (RedisValue[])await connection.RunAsync(
                ListScripts.Indexes, group.Key, [prefix + "a"], [prefix, .. asked.Select(sid => (RedisValue)sid)], cancellation);
            foreach (var (sid, record) in asked.Zip(told, (sid, record) => (sid, (byte[])record!)))
            {
                if (record is [(byte)'+'])
                {
                    ended.Add(sid);
                }
                else if (record.Length > 0)
                {
                    found[sid] = new StoredIndex(sid, record);
                }
            }
        }

        return ended;
    }

    // Where some nodes of a Cluster are down, the others are listed all the same.
    private static async ValueTask<IReadOnlyList<RedisValue[]>> OfAllBucketsAsync(Func<int, Task<RedisValue[]>> ask)
    {
        var answers = new List<RedisValue[]>();
        SessionStoreException? failed = null;
        foreach (var asked in Enumerable.Range(0, StoreBucket.Count).Select(ask).ToList())
        {
            try
            {
                answers.Add(await asked);
            }
            catch (SessionStoreException fault)
            {
                failed = fault;
            }
        }

        return answers.Count > 0 ? answers : throw failed!;
    }

    // What is no id, or an id of another bucket, was put here by another hand: its session is not here, so its end would not take it off.
    private async Task<RedisValue[]> OursAsync(int bucket, RedisValue[] listed, int fields, CancellationToken cancellation)
    {
        var ours = listed.Chunk(fields).ToLookup(entry => Session.IsSid(entry[0]!) && StoreBucket.Of((string)entry[0]!) == bucket);
        if (ours[false].Any())
        {
            await connection.RunAsync(
                ListScripts.Strike, bucket, [_keys.Of(bucket) + "a"], [_keys.Of(bucket), .. ours[false].Select(entry => entry[0])], cancellation);
        }

        return [.. ours[true].SelectMany(entry => entry)];
    }

    private static RedisValue Behind(RedisValue sid) => (byte[])[(byte)'(', .. (byte[])sid!];

    private static IEnumerable<StoredIndex> Indexes(RedisValue[] pairs) => pairs.Chunk(2).Select(pair => new StoredIndex(pair[0]!, pair[1]!));

    private static (int Bucket, string Sid) Place(string? after) =>
        after?.Split(':', 2) is [var bucket, var sid] && int.TryParse(bucket, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (number, sid)
            : (0, "");

    // Name, time and record with a blank between; null for what we did not write so.
    private static StoredNotBefore? Mark(byte[] entry)
    {
        var text = entry.AsSpan();
        var first = text.IndexOf((byte)' ');
        var second = first < 0 ? -1 : first + 1 + text[(first + 1)..].IndexOf((byte)' ');
        return second > first && SessionKeys.TryRead(text[..first], out var key) && Utf8Parser.TryParse(text[(first + 1)..second], out long until, out _)
            ? new StoredNotBefore(key, text[(second + 1)..].ToArray(), RedisSessionStore.Time(until))
            : null;
    }
}
