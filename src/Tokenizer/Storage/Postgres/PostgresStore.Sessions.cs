using Dapper;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

internal sealed partial class PostgresStore
{
    /// <summary>The session's tombstone, as a part of larger statements.</summary>
    private const string Ended = "ended AS (SELECT 1 FROM tombstones WHERE session = @session AND until > @now)";

    /// <summary>
    /// The session as it is stated, remembered and alive, or nothing. What is known already is not written again: requests of one session
    /// would otherwise wait for each other's commit.
    /// </summary>
    private const string Stated =
        $"""
        {Ended},
        known AS (
            SELECT subject, expires_at FROM sessions
            WHERE session = @session AND subject = @subject AND expires_at >= @statedEnd AND @statedEnd > @now AND NOT EXISTS (SELECT FROM ended)),
        noted AS (
            INSERT INTO sessions (session, subject, expires_at)
            SELECT @session, @subject, @statedEnd WHERE @statedEnd > @now AND NOT EXISTS (SELECT FROM ended) AND NOT EXISTS (SELECT FROM known)
            ON CONFLICT (session) DO UPDATE SET expires_at = GREATEST(sessions.expires_at, excluded.expires_at) WHERE sessions.subject = excluded.subject
            RETURNING subject, expires_at),
        alive AS (SELECT subject, expires_at FROM known UNION ALL SELECT subject, expires_at FROM noted)
        """;

    /// <summary>Names of <see cref="SessionStanding"/>.</summary>
    private const string StandingOfStated =
        """
        CASE WHEN EXISTS (SELECT FROM alive) THEN 'Alive' WHEN EXISTS (SELECT FROM ended) THEN 'Ended'
             WHEN @statedEnd <= @now THEN 'Unknown' ELSE 'AnotherSubjects' END AS Standing
        """;

    private const string Note = $"{LockSession} WITH {Stated} SELECT {StandingOfStated}";

    // A tombstone must outlive what it ends, also where the one who ends it knows less than we do.
    private const string End =
        """
        INSERT INTO tombstones (session, until)
        VALUES (@session, GREATEST(@until, COALESCE((SELECT expires_at FROM sessions WHERE session = @session), 0)))
        ON CONFLICT (session) DO UPDATE SET until = GREATEST(tombstones.until, excluded.until);
        DELETE FROM grants WHERE session = @session;
        DELETE FROM tickets WHERE session = @session;
        DELETE FROM logins WHERE session = @session;
        DELETE FROM sessions WHERE session = @session
        """;

    public Task<SessionStanding> NoteSessionAsync(SessionRecord session, long now, CancellationToken cancellation) => WriteAsync(
        async connection => Enum.Parse<SessionStanding>(await BehindLockAsync<string>(connection, Note, With(
            ("lock", LockOf(session.Session)), ("session", session.Session), ("subject", session.Subject), ("statedEnd", session.ExpiresAt), ("now", now)))),
        Repeating.IsHarmless,
        cancellation);

    public ValueTask<bool> IsEndedAsync(byte[] session, long now, CancellationToken cancellation) => ReadAsync(
        connection => connection.QuerySingleAsync<bool>(
            "SELECT EXISTS (SELECT FROM tombstones WHERE session = @session AND until > @now)", With(("session", session), ("now", now))),
        cancellation);

    public async Task EndSessionAsync(byte[] session, long until, CancellationToken cancellation) => _ = await WriteAsync(
        connection => connection.ExecuteAsync(LockSessionAlone + End, With(("lock", LockOf(session)), ("session", session), ("until", until))),
        Repeating.IsHarmless,
        cancellation);
}
