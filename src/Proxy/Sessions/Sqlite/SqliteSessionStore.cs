using System.Globalization;
using Microsoft.Data.Sqlite;

namespace AuthProxy.Proxy.Sessions.Sqlite;

/// <summary>Keeps everything in one SQLite file: survives a restart, for the processes of one machine.</summary>
internal sealed class SqliteSessionStore(SessionDatabase database) : ISessionStore, IAsyncDisposable
{
    public async ValueTask CreateAsync(SessionIndex index, byte[] sealedRecord, StoredCookie cookie, CancellationToken cancellation)
    {
        var created = await database.WriteAsync(
            connection =>
            {
                var rows = SessionDatabase.Execute(
                    connection,
                    """
                    INSERT INTO sessions (sid, subject, provider, gone_after, index_mac, sealed)
                    SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE sid = $1)
                    ON CONFLICT DO NOTHING
                    """,
                    index.Sid, index.Subject.ToBytes(), Provider(index), Milliseconds(index.GoneAfter), index.Record, sealedRecord);
                return rows == 1 && Insert(connection, cookie);
            },
            cancellation);
        if (!created)
        {
            throw new SessionStoreException("the session exists already, or has ended");
        }
    }

    public ValueTask<FoundSession?> FindAsync(StoreKey cookie, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(database.Read(reader => reader.Find(cookie)));
    }

    public async ValueTask TouchAsync(SessionIndex index, StoredCookie? rewrapped, CancellationToken cancellation) =>
        await database.WriteAsync(
            connection =>
            {
                var rows = SessionDatabase.Execute(
                    connection,
                    "UPDATE sessions SET subject = $2, provider = $3, gone_after = $4, index_mac = $5 WHERE sid = $1",
                    index.Sid, index.Subject.ToBytes(), Provider(index), Milliseconds(index.GoneAfter), index.Record);
                if (rows == 1 && rewrapped is not null)
                {
                    SessionDatabase.Execute(connection, "UPDATE cookies SET wrap = $2 WHERE key = $1", rewrapped.Key.ToBytes(), rewrapped.Wrap);
                }

                return rows;
            },
            cancellation);

    public async ValueTask<bool> AddCookieAsync(StoredCookie cookie, CancellationToken cancellation) =>
        await database.WriteAsync(connection => Insert(connection, cookie), cancellation);

    public async ValueTask<SessionLease?> TryLeaseAsync(string sid, DateTimeOffset now, TimeSpan life, CancellationToken cancellation) =>
        await database.WriteAsync(
            connection =>
            {
                using var command = SessionDatabase.Command(
                    connection,
                    "UPDATE sessions SET fence = fence + 1, leased_until = $3 WHERE sid = $1 AND leased_until <= $2 RETURNING fence",
                    sid, Milliseconds(now), Milliseconds(now + life));
                return command.ExecuteScalar() is long fence ? new SessionLease(sid, fence) : null;
            },
            cancellation);

    public async ValueTask<bool> RenewLeaseAsync(SessionLease lease, DateTimeOffset now, TimeSpan life, CancellationToken cancellation) =>
        await UpdateLeasedAsync(lease, "leased_until = $3", cancellation, Milliseconds(now + life));

    public async ValueTask ReleaseLeaseAsync(SessionLease lease, CancellationToken cancellation) =>
        await UpdateLeasedAsync(lease, "leased_until = 0", cancellation);

    public async ValueTask<bool> ReplaceAsync(SessionIndex index, byte[] sealedRecord, SessionLease lease, CancellationToken cancellation) =>
        await UpdateLeasedAsync(
            lease,
            "subject = $3, provider = $4, gone_after = $5, index_mac = $6, sealed = $7, revision = revision + 1",
            cancellation,
            index.Subject.ToBytes(), Provider(index), Milliseconds(index.GoneAfter), index.Record, sealedRecord);

    public async ValueTask<bool> EndAsync(SessionEnd end, CancellationToken cancellation) =>
        await database.WriteAsync(
            connection =>
            {
                var isNew = SessionDatabase.Execute(
                    connection, "INSERT INTO tombstones (sid, until) VALUES ($1, $2) ON CONFLICT DO NOTHING", end.Sid, Milliseconds(end.Until)) == 1;
                if (!isNew)
                {
                    SessionDatabase.Execute(connection, "UPDATE tombstones SET until = max(until, $2) WHERE sid = $1", end.Sid, Milliseconds(end.Until));
                }

                SessionDatabase.Execute(connection, "DELETE FROM cookies WHERE sid = $1", end.Sid);
                SessionDatabase.Execute(connection, "DELETE FROM sessions WHERE sid = $1", end.Sid);
                if (isNew && end.TellTokenizer)
                {
                    SessionDatabase.Execute(
                        connection,
                        "INSERT INTO undelivered (sid, until, due, attempts) VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING",
                        end.Sid, Milliseconds(end.Until), Milliseconds(end.Now));
                }

                return isNew;
            },
            cancellation);

    public ValueTask<bool> IsEndedAsync(string sid, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(database.Read(reader =>
        {
            using var command = SessionDatabase.Command(reader.Connection, "SELECT 1 FROM tombstones WHERE sid = $1", sid);
            return command.ExecuteScalar() is not null;
        }));
    }

    public async ValueTask<bool> TryMarkOnceAsync(StoreKey mark, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellation) =>
        await database.WriteAsync(
            connection => SessionDatabase.Execute(
                connection,
                "INSERT INTO marks (mark, until) VALUES ($1, $2) ON CONFLICT (mark) DO UPDATE SET until = excluded.until WHERE marks.until <= $3",
                mark.ToBytes(), Milliseconds(until), Milliseconds(now)) == 1,
            cancellation);

    public ValueTask<IReadOnlyList<StoredIndex>> ListAsync(IReadOnlyList<StoreKey> lookup, int limit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<StoredIndex>>(
            [.. lookup.SelectMany(key => Select("subject = $1 OR provider = $1", key.ToBytes(), limit)).Take(limit)]);
    }

    public ValueTask<StoredIndexPage> ListAllAsync(string? after, int limit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var page = Select("sid > $1 ORDER BY sid", after ?? "", limit);
        return ValueTask.FromResult(new StoredIndexPage(page, page.Count == limit ? page[^1].Sid : null));
    }

    public async ValueTask AddNotBeforeAsync(StoredNotBefore mark, CancellationToken cancellation) =>
        await database.WriteAsync(
            connection => SessionDatabase.Execute(
                connection, "INSERT INTO not_before (key, record, until) VALUES ($1, $2, $3)", mark.Key.ToBytes(), mark.Record, Milliseconds(mark.Until)),
            cancellation);

    public ValueTask<NotBeforePage> ListNotBeforeAsync(long after, int limit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(database.Read(reader =>
        {
            using var command = SessionDatabase.Command(
                reader.Connection, "SELECT number, key, record, until FROM not_before WHERE number > $1 ORDER BY number LIMIT $2", after, limit);
            using var rows = command.ExecuteReader();
            var marks = new List<StoredNotBefore>();
            var next = after;
            while (rows.Read())
            {
                next = rows.GetInt64(0);
                marks.Add(new StoredNotBefore(
                    StoreKey.From((byte[])rows.GetValue(1)), (byte[])rows.GetValue(2), DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(3))));
            }

            return new NotBeforePage(marks, next);
        }));
    }

    public ValueTask<IReadOnlyList<StoredIndex>> ListGoneAsync(DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<StoredIndex>>(Select("gone_after <= $1", Milliseconds(now), limit));
    }

    public async ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        await database.WriteAsync(
            connection =>
            {
                var marks = SessionDatabase.Execute(
                    connection, "DELETE FROM marks WHERE mark IN (SELECT mark FROM marks WHERE until <= $1 LIMIT $2)", Milliseconds(now), limit);
                var stones = SessionDatabase.Execute(
                    connection, "DELETE FROM tombstones WHERE sid IN (SELECT sid FROM tombstones WHERE until <= $1 LIMIT $2)", Milliseconds(now), limit - marks);
                var notBefore = SessionDatabase.Execute(
                    connection, "DELETE FROM not_before WHERE number IN (SELECT number FROM not_before WHERE until <= $1 LIMIT $2)", Milliseconds(now), limit - marks - stones);
                SessionDatabase.Execute(connection, "DELETE FROM undelivered WHERE until <= $1", Milliseconds(now));
                return marks + stones + notBefore;
            },
            cancellation);

    public ValueTask<IReadOnlyList<UndeliveredEnd>> ListUndeliveredAsync(DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<UndeliveredEnd>>(database.Read(reader =>
        {
            using var command = SessionDatabase.Command(
                reader.Connection, "SELECT sid, until, attempts FROM undelivered WHERE due <= $1 ORDER BY due LIMIT $2", Milliseconds(now), limit);
            using var rows = command.ExecuteReader();
            var ends = new List<UndeliveredEnd>();
            while (rows.Read())
            {
                ends.Add(new UndeliveredEnd(rows.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(1)), rows.GetInt32(2)));
            }

            return ends;
        }));
    }

    public async ValueTask AcknowledgeAsync(string sid, CancellationToken cancellation) =>
        await database.WriteAsync(connection => SessionDatabase.Execute(connection, "DELETE FROM undelivered WHERE sid = $1", sid), cancellation);

    public async ValueTask PostponeAsync(string sid, DateTimeOffset due, CancellationToken cancellation) =>
        await database.WriteAsync(
            connection => SessionDatabase.Execute(
                connection, "UPDATE undelivered SET due = $2, attempts = attempts + 1 WHERE sid = $1", sid, Milliseconds(due)),
            cancellation);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    // The fence of the lease that was given last is the session's: whoever holds an older one changes nothing.
    private async ValueTask<bool> UpdateLeasedAsync(SessionLease lease, string change, CancellationToken cancellation, params object[] values) =>
        await database.WriteAsync(
            connection => SessionDatabase.Execute(
                connection,
                string.Create(CultureInfo.InvariantCulture, $"UPDATE sessions SET {change} WHERE sid = $1 AND fence = $2"),
                [lease.Sid, lease.Fence, .. values]) == 1,
            cancellation);

    private static bool Insert(SqliteConnection connection, StoredCookie cookie)
    {
        var added = SessionDatabase.Execute(
            connection,
            "INSERT INTO cookies (key, sid, host, wrap) SELECT $1, $2, $3, $4 WHERE EXISTS (SELECT 1 FROM sessions WHERE sid = $2)",
            cookie.Key.ToBytes(), cookie.Sid, cookie.Host, cookie.Wrap) == 1;
        if (added)
        {
            SessionDatabase.Execute(
                connection,
                """
                DELETE FROM cookies WHERE sid = $1 AND host = $2 AND number NOT IN
                    (SELECT number FROM cookies WHERE sid = $1 AND host = $2 ORDER BY number DESC LIMIT $3)
                """,
                cookie.Sid, cookie.Host, StoredCookie.MaximumPerHost);
        }

        return added;
    }

    private List<StoredIndex> Select(string condition, object value, int limit) =>
        database.Read(reader =>
        {
            using var command = SessionDatabase.Command(
                reader.Connection, string.Create(CultureInfo.InvariantCulture, $"SELECT sid, index_mac FROM sessions WHERE {condition} LIMIT $2"), value, limit);
            using var rows = command.ExecuteReader();
            var found = new List<StoredIndex>();
            while (rows.Read())
            {
                found.Add(new StoredIndex(rows.GetString(0), (byte[])rows.GetValue(1)));
            }

            return found;
        });

    private static object Provider(SessionIndex index) => index.ProviderSession is { } provider ? provider.ToBytes() : DBNull.Value;

    private static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();
}
