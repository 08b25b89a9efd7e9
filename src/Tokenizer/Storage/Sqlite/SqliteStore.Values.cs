using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    public Task<bool> BeginValueAsync(byte[] attempt, byte[] tokenRowId, long now, CancellationToken cancellation) => WriteAsync(
        connection => connection.Execute(
            """
            INSERT INTO attempts (attempt, token, touched_at)
            SELECT @attempt, row_id, @now FROM tokens WHERE row_id = @token AND attempt IS NULL
            """,
            With(("attempt", attempt), ("token", tokenRowId), ("now", now))) == 1,
        cancellation);

    public Task<bool> AppendSegmentsAsync(byte[] attempt, long first, IReadOnlyList<byte[]> segments, long now, CancellationToken cancellation) =>
        WriteAsync(connection => Append(connection, attempt, first, segments, now), cancellation);

    public Task<bool> CompleteValueAsync(byte[] tokenRowId, StoredValue value, CancellationToken cancellation) =>
        WriteAsync(connection => Complete(connection, tokenRowId, value), cancellation);

    public async Task AbandonValueAsync(byte[] attempt, CancellationToken cancellation) => _ = await WriteAsync(
        connection => connection.Execute(
            """
            INSERT OR IGNORE INTO abandoned (attempt) SELECT attempt FROM attempts WHERE attempt = @attempt;
            DELETE FROM attempts WHERE attempt = @attempt
            """,
            With(("attempt", attempt))),
        cancellation);

    public ValueTask<byte[]?> ReadSegmentAsync(byte[] attempt, long number, CancellationToken cancellation) =>
        ValueTask.FromResult(Read(connection => connection.QueryFirstOrDefault<byte[]>(
            "SELECT data FROM segments WHERE attempt = @attempt AND number = @number",
            With(("attempt", attempt), ("number", number)))));

    private static bool Append(SqliteConnection connection, byte[] attempt, long first, IReadOnlyList<byte[]> segments, long now)
    {
        var stillOpen = connection.Execute(
            "UPDATE attempts SET touched_at = @now WHERE attempt = @attempt", With(("attempt", attempt), ("now", now))) == 1;
        if (!stillOpen)
        {
            return false;
        }

        Insert(connection, attempt, first, segments);
        return true;
    }

    private static void Insert(SqliteConnection connection, byte[] attempt, long first, IReadOnlyList<byte[]> segments)
    {
        for (var i = 0; i < segments.Count; i++)
        {
            connection.Execute(
                "INSERT INTO segments (attempt, number, data) VALUES (@attempt, @number, @data)",
                With(("attempt", attempt), ("number", first + i), ("data", segments[i])));
        }
    }

    private static bool Complete(SqliteConnection connection, byte[] tokenRowId, StoredValue value)
    {
        var mayBeSeen = connection.Execute(
            """
            UPDATE tokens SET attempt = @attempt, segments = @segments, size = @size
            WHERE row_id = @token AND attempt IS NULL
              AND EXISTS (SELECT 1 FROM attempts WHERE attempt = @attempt AND token = @token)
              AND (SELECT COUNT(*) FROM segments WHERE attempt = @attempt) = @segments
            """,
            With(("token", tokenRowId), ("attempt", value.Attempt), ("segments", value.Segments), ("size", value.Size))) == 1;
        if (mayBeSeen)
        {
            connection.Execute("DELETE FROM attempts WHERE attempt = @attempt", With(("attempt", value.Attempt)));
        }

        return mayBeSeen;
    }
}
