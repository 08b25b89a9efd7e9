using Dapper;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

internal sealed partial class PostgresStore
{
    private const string Segments =
        """
        INSERT INTO segments (attempt, number, data)
        SELECT @attempt, given.place - 1, given.data FROM unnest(@parts) WITH ORDINALITY AS given (data, place)
        """;

    private const string AddOfSession =
        $"""
        {LockToSeal}
        WITH {Stated},
        token AS ({InsertToken} FROM alive),
        granted AS (
            INSERT INTO grants (session, token, expires_at, uses_left, created_at) SELECT @session, @rowId, @grantEnd, @uses::integer, @now FROM alive),
        value AS ({Segments} WHERE EXISTS (SELECT FROM alive))
        SELECT {StandingOfStated}
        """;

    private const string AddOfService = $"{LockToSeal} WITH token AS ({InsertToken}), value AS ({Segments}) SELECT 'Alive'";

    /// <summary>Goes on behind a statement of the tokens that go, called gone. What their values take up goes bit by bit.</summary>
    private const string Gone =
        """
        open AS (DELETE FROM attempts USING gone WHERE attempts.token = gone.row_id RETURNING attempts.attempt),
        orphaned AS (
            INSERT INTO abandoned (attempt)
            SELECT attempt FROM gone WHERE attempt IS NOT NULL UNION SELECT attempt FROM open
            ON CONFLICT (attempt) DO NOTHING),
        revoked AS (DELETE FROM grants USING gone WHERE grants.token = gone.row_id),
        unissued AS (DELETE FROM tickets USING gone WHERE tickets.token = gone.row_id)
        SELECT COUNT(*)::integer FROM gone
        """;

    private const string DeleteOne = $"WITH gone AS (DELETE FROM tokens WHERE row_id = @token RETURNING row_id, attempt), {Gone}";

    private const string DeleteExpired =
        $"""
        WITH gone AS (DELETE FROM tokens WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM tokens WHERE expires_at <= @now LIMIT @limit FOR UPDATE SKIP LOCKED)) RETURNING row_id, attempt),
        {Gone}
        """;

    private const string Count =
        """
        INSERT INTO hourly_counts (counter, hour, count) SELECT @counter, @hour, 1 WHERE @limit > 0
        ON CONFLICT (counter, hour) DO UPDATE SET count = hourly_counts.count + 1 WHERE hourly_counts.count < @limit
        """;

    // Not made again where its end is unknown: the token that nobody heard of hurts nobody, and the client asks for another.
    public Task<SessionStanding> AddWholeTokenAsync(WholeToken token, long now, CancellationToken cancellation) => WriteAsync(
        async connection =>
        {
            (string, object?)[] given = [.. ParametersOf(token.Token), ("parts", token.Segments.ToArray())];
            var (statement, parameters) = token.Maker is { } maker
                ? (AddOfSession, With([.. given, .. ParametersOf(maker.Session, now), ("grantEnd", maker.Grant.ExpiresAt), ("uses", maker.Grant.UsesLeft)]))
                : (AddOfService, With([.. given, ("lock", LockOf(token.Token.RowId))]));
            return Enum.Parse<SessionStanding>(await BehindLockAsync<string>(connection, statement, parameters));
        },
        Repeating.IsWrong,
        cancellation);

    public Task<bool> BindTokenAsync(byte[] tokenRowId, KeyedHash record, CancellationToken cancellation) => WriteAsync(
        async connection => await connection.ExecuteAsync(
            "UPDATE tokens SET record = @record, record_version = @version WHERE row_id = @token AND (record IS NULL OR record = @record)",
            With(("token", tokenRowId), ("record", record.Hash), ("version", record.Version))) == 1,
        Repeating.IsHarmless,
        cancellation);

    // Not again where its end is unknown: the second time it is gone, and whoever wanted that would be told that it never was.
    public Task<bool> DeleteTokenAsync(byte[] tokenRowId, CancellationToken cancellation) => WriteAsync(
        async connection => await connection.QuerySingleAsync<int>(DeleteOne, With(("token", tokenRowId))) == 1,
        Repeating.IsWrong,
        cancellation);

    public Task<bool> CountAsync(byte[] counter, int limit, long now, CancellationToken cancellation) => WriteAsync(
        async connection => await connection.ExecuteAsync(Count, With(("counter", counter), ("hour", Hours.Of(now)), ("limit", limit))) == 1,
        Repeating.IsWrong,
        cancellation);
}
