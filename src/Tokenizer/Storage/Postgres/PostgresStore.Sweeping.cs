using Dapper;
using Npgsql;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

internal sealed partial class PostgresStore
{
    // Rows that another replica has in hand are passed over: together they do the work once, and nobody waits.
    private const string Expired =
        """
        WITH g AS (DELETE FROM grants WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM grants WHERE expires_at <= @now LIMIT @limit FOR UPDATE SKIP LOCKED)) RETURNING 1),
        t AS (DELETE FROM tickets WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM tickets WHERE expires_at <= @now LIMIT @limit FOR UPDATE SKIP LOCKED)) RETURNING 1),
        s AS (DELETE FROM sessions WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM sessions WHERE expires_at <= @now LIMIT @limit FOR UPDATE SKIP LOCKED)) RETURNING 1),
        e AS (DELETE FROM tombstones WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM tombstones WHERE until <= @now LIMIT @limit FOR UPDATE SKIP LOCKED)) RETURNING 1),
        l AS (DELETE FROM logins WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM logins WHERE expires_at <= @now LIMIT @limit FOR UPDATE SKIP LOCKED)) RETURNING 1),
        m AS (DELETE FROM spent_marks WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM spent_marks WHERE until <= @now LIMIT @limit FOR UPDATE SKIP LOCKED)) RETURNING 1),
        h AS (DELETE FROM hourly_counts WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM hourly_counts WHERE hour < @hour LIMIT @limit FOR UPDATE SKIP LOCKED)) RETURNING 1),
        a AS (DELETE FROM remembered_answers WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM remembered_answers WHERE until <= @now LIMIT @limit FOR UPDATE SKIP LOCKED)) RETURNING 1)
        SELECT ((SELECT COUNT(*) FROM g) + (SELECT COUNT(*) FROM t) + (SELECT COUNT(*) FROM s) + (SELECT COUNT(*) FROM e)
            + (SELECT COUNT(*) FROM l) + (SELECT COUNT(*) FROM m) + (SELECT COUNT(*) FROM h) + (SELECT COUNT(*) FROM a))::integer
        """;

    // What a crash or a broken connection left of an upload: first nobody may add to it any more, then it goes bit by bit.
    private const string GiveUp =
        """
        WITH idle AS (DELETE FROM attempts WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM attempts WHERE touched_at < @idle LIMIT @limit FOR UPDATE SKIP LOCKED)) RETURNING attempt)
        INSERT INTO abandoned (attempt) SELECT attempt FROM idle ON CONFLICT (attempt) DO NOTHING
        """;

    private const string Orphans =
        """
        DELETE FROM segments WHERE ctid = ANY (ARRAY(
            SELECT segments.ctid FROM abandoned JOIN segments ON segments.attempt = abandoned.attempt LIMIT @limit FOR UPDATE OF segments SKIP LOCKED))
        """;

    private const string Finished =
        """
        DELETE FROM abandoned WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM abandoned WHERE NOT EXISTS (SELECT FROM segments WHERE segments.attempt = abandoned.attempt)
            LIMIT @limit FOR UPDATE SKIP LOCKED))
        """;

    public Task<int> SweepAsync(long now, long attemptsIdleSince, int limit, CancellationToken cancellation) => WriteAsync(
        async connection => await connection.QuerySingleAsync<int>(Expired, With(("now", now), ("hour", Hours.Of(now)), ("limit", limit)))
            + await connection.QuerySingleAsync<int>(DeleteExpired, With(("now", now), ("limit", limit)))
            + await SweepAttemptsAsync(connection, attemptsIdleSince, limit),
        Repeating.IsHarmless,
        cancellation);

    private static async Task<int> SweepAttemptsAsync(NpgsqlConnection connection, long idleSince, int limit)
    {
        var parameters = With(("idle", idleSince), ("limit", limit));
        await connection.ExecuteAsync(GiveUp, parameters);
        var segments = await connection.ExecuteAsync(Orphans, parameters);
        await connection.ExecuteAsync(Finished, parameters);
        return segments;
    }
}
