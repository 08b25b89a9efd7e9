using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    public Task<int> SweepAsync(long now, long attemptsIdleSince, int limit, CancellationToken cancellation) => WriteAsync(
        connection => SweepExpired(connection, now, limit) + SweepTokens(connection, now, limit) + SweepAttempts(connection, attemptsIdleSince, limit),
        cancellation);

    private static int SweepExpired(SqliteConnection connection, long now, int limit)
    {
        var parameters = With(("now", now), ("limit", limit));
        return connection.Execute(
                "DELETE FROM grants WHERE (session, token) IN (SELECT session, token FROM grants WHERE expires_at <= @now LIMIT @limit)", parameters)
            + connection.Execute(
                "DELETE FROM tickets WHERE ticket IN (SELECT ticket FROM tickets WHERE expires_at <= @now LIMIT @limit)", parameters)
            + connection.Execute(
                "DELETE FROM sessions WHERE session IN (SELECT session FROM sessions WHERE expires_at <= @now LIMIT @limit)", parameters)
            + connection.Execute(
                "DELETE FROM tombstones WHERE session IN (SELECT session FROM tombstones WHERE until <= @now LIMIT @limit)", parameters)
            + connection.Execute(
                "DELETE FROM logins WHERE login IN (SELECT login FROM logins WHERE expires_at <= @now LIMIT @limit)", parameters)
            + connection.Execute(
                "DELETE FROM spent_marks WHERE mark IN (SELECT mark FROM spent_marks WHERE until <= @now LIMIT @limit)", parameters)
            + connection.Execute(
                "DELETE FROM hourly_counts WHERE (counter, hour) IN (SELECT counter, hour FROM hourly_counts WHERE hour < @hour LIMIT @limit)",
                With(("hour", Hours.Of(now)), ("limit", limit)))
            + connection.Execute(
                "DELETE FROM remembered_answers WHERE request IN (SELECT request FROM remembered_answers WHERE until <= @now LIMIT @limit)", parameters);
    }

    private static int SweepTokens(SqliteConnection connection, long now, int limit)
    {
        var expired = connection.Query<byte[]>("SELECT row_id FROM tokens WHERE expires_at <= @now LIMIT @limit", With(("now", now), ("limit", limit))).ToArray();
        foreach (var rowId in expired)
        {
            Delete(connection, rowId);
        }

        return expired.Length;
    }

    // What a crash or a broken connection left of an upload: first nobody may add to it any more, then it goes bit by bit.
    private static int SweepAttempts(SqliteConnection connection, long idleSince, int limit)
    {
        var given = With(("idle", idleSince), ("limit", limit));
        connection.Execute(
            """
            INSERT OR IGNORE INTO abandoned (attempt) SELECT attempt FROM attempts WHERE touched_at < @idle;
            DELETE FROM attempts WHERE touched_at < @idle
            """,
            given);
        var segments = connection.Execute(
            "DELETE FROM segments WHERE id IN (SELECT id FROM segments WHERE attempt IN (SELECT attempt FROM abandoned) LIMIT @limit)", given);
        connection.Execute("DELETE FROM abandoned WHERE NOT EXISTS (SELECT 1 FROM segments WHERE segments.attempt = abandoned.attempt)");
        return segments;
    }
}
