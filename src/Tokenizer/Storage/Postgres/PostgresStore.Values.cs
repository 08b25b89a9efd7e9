using Dapper;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

internal sealed partial class PostgresStore
{
    // Each of these is made again as if it were made once: an attempt's id is random and has one writer, and a segment that is there is the same.
    public Task<bool> BeginValueAsync(byte[] attempt, byte[] tokenRowId, long now, CancellationToken cancellation) => WriteAsync(
        async connection => await connection.ExecuteAsync(
            """
            INSERT INTO attempts (attempt, token, touched_at)
            SELECT @attempt, row_id, @now FROM tokens WHERE row_id = @token AND attempt IS NULL
            ON CONFLICT (attempt) DO UPDATE SET touched_at = excluded.touched_at
            """,
            With(("attempt", attempt), ("token", tokenRowId), ("now", now))) == 1,
        Repeating.IsHarmless,
        cancellation);

    public Task<bool> AppendSegmentsAsync(byte[] attempt, long first, IReadOnlyList<byte[]> segments, long now, CancellationToken cancellation) => WriteAsync(
        connection => connection.QuerySingleAsync<bool>(
            """
            WITH open AS (UPDATE attempts SET touched_at = @now WHERE attempt = @attempt RETURNING attempt),
            written AS (
                INSERT INTO segments (attempt, number, data)
                SELECT open.attempt, @first + given.place - 1, given.data FROM open, unnest(@segments) WITH ORDINALITY AS given (data, place)
                ON CONFLICT (attempt, number) DO NOTHING)
            SELECT EXISTS (SELECT FROM open)
            """,
            With(("attempt", attempt), ("first", first), ("segments", segments.ToArray()), ("now", now))),
        Repeating.IsHarmless,
        cancellation);

    // Its row is taken first: whoever would give the attempt up waits, and then finds none.
    public Task<bool> CompleteValueAsync(byte[] tokenRowId, StoredValue value, CancellationToken cancellation) => WriteAsync(
        connection => connection.QuerySingleAsync<bool>(
            """
            WITH taken AS (DELETE FROM attempts WHERE attempt = @attempt AND token = @token RETURNING attempt),
            completed AS (
                UPDATE tokens SET attempt = taken.attempt, segments = @segments, size = @size FROM taken
                WHERE tokens.row_id = @token AND tokens.attempt IS NULL
                  AND (SELECT COUNT(*) FROM segments WHERE segments.attempt = taken.attempt) = @segments
                RETURNING 1),
            late AS (
                INSERT INTO abandoned (attempt) SELECT attempt FROM taken WHERE NOT EXISTS (SELECT FROM completed)
                ON CONFLICT (attempt) DO NOTHING)
            SELECT EXISTS (SELECT FROM completed) OR EXISTS (SELECT FROM tokens WHERE row_id = @token AND attempt = @attempt)
            """,
            With(("token", tokenRowId), ("attempt", value.Attempt), ("segments", value.Segments), ("size", value.Size))),
        Repeating.IsHarmless,
        cancellation);

    public async Task AbandonValueAsync(byte[] attempt, CancellationToken cancellation) => _ = await WriteAsync(
        connection => connection.ExecuteAsync(
            """
            WITH taken AS (DELETE FROM attempts WHERE attempt = @attempt RETURNING attempt)
            INSERT INTO abandoned (attempt) SELECT attempt FROM taken ON CONFLICT (attempt) DO NOTHING
            """,
            With(("attempt", attempt))),
        Repeating.IsHarmless,
        cancellation);

    public ValueTask<byte[]?> ReadSegmentAsync(byte[] attempt, long number, CancellationToken cancellation) => ReadAsync(
        connection => connection.QueryFirstOrDefaultAsync<byte[]>(
            "SELECT data FROM segments WHERE attempt = @attempt AND number = @number", With(("attempt", attempt), ("number", number))),
        cancellation);
}
