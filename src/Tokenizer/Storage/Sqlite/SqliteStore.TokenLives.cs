using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    public Task<SessionStanding> AddWholeTokenAsync(WholeToken token, long now, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            var standing = token.Maker is { } maker ? Note(connection, maker.Session, now) : SessionStanding.Alive;
            if (standing == SessionStanding.Alive)
            {
                Insert(connection, token.Token);
                Insert(connection, token.Token.Value!.Attempt, 0, token.Segments);
                if (token.Maker is { Grant: { } grant })
                {
                    Insert(connection, grant, now);
                }
            }

            return standing;
        },
        cancellation);

    public Task<bool> BindTokenAsync(byte[] tokenRowId, KeyedHash record, CancellationToken cancellation) => WriteAsync(
        connection => connection.Execute(
            "UPDATE tokens SET record = @record, record_version = @version WHERE row_id = @token AND (record IS NULL OR record = @record)",
            With(("token", tokenRowId), ("record", record.Hash), ("version", record.Version))) == 1,
        cancellation);

    public Task<bool> DeleteTokenAsync(byte[] tokenRowId, CancellationToken cancellation) =>
        WriteAsync(connection => Delete(connection, tokenRowId), cancellation);

    public Task<bool> CountAsync(byte[] counter, int limit, long now, CancellationToken cancellation) =>
        WriteAsync(connection => Count(connection, counter, limit, now), cancellation);

    private static bool Delete(SqliteConnection connection, byte[] tokenRowId)
    {
        var token = With(("token", tokenRowId));
        connection.Execute(
            """
            INSERT OR IGNORE INTO abandoned (attempt)
            SELECT attempt FROM tokens WHERE row_id = @token AND attempt IS NOT NULL UNION SELECT attempt FROM attempts WHERE token = @token;
            DELETE FROM attempts WHERE token = @token;
            DELETE FROM grants WHERE token = @token;
            DELETE FROM tickets WHERE token = @token
            """,
            token);
        return connection.Execute("DELETE FROM tokens WHERE row_id = @token", token) == 1;
    }

    private static bool Count(SqliteConnection connection, byte[] counter, int limit, long now) => connection.Execute(
        """
        INSERT INTO hourly_counts (counter, hour, count) SELECT @counter, @hour, 1 WHERE @limit > 0
        ON CONFLICT (counter, hour) DO UPDATE SET count = count + 1 WHERE count < @limit
        """,
        With(("counter", counter), ("hour", Hours.Of(now)), ("limit", limit))) == 1;
}
