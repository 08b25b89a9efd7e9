using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    public Task<SessionStanding> NoteSessionAsync(SessionRecord session, long now, CancellationToken cancellation) =>
        WriteAsync(connection => Note(connection, session, now), cancellation);

    public ValueTask<bool> IsEndedAsync(byte[] session, long now, CancellationToken cancellation) =>
        ValueTask.FromResult(Read(connection => IsEnded(connection, session, now)));

    public async Task EndSessionAsync(byte[] session, long until, CancellationToken cancellation) => _ = await WriteAsync(
        connection => End(connection, session, until), cancellation);

    // A tombstone must outlive what it ends, also where the one who ends it knows less than we do.
    private static bool End(SqliteConnection connection, byte[] session, long until) => connection.Execute(
        """
        INSERT INTO tombstones (session, until)
        VALUES (@session, MAX(@until, COALESCE((SELECT expires_at FROM sessions WHERE session = @session), 0)))
        ON CONFLICT (session) DO UPDATE SET until = MAX(until, excluded.until);
        DELETE FROM grants WHERE session = @session;
        DELETE FROM tickets WHERE session = @session;
        DELETE FROM logins WHERE session = @session;
        DELETE FROM sessions WHERE session = @session
        """,
        With(("session", session), ("until", until))) > 0;

    private static SessionStanding Note(SqliteConnection connection, SessionRecord session, long now)
    {
        if (IsEnded(connection, session.Session, now))
        {
            return SessionStanding.Ended;
        }

        if (session.ExpiresAt <= now)
        {
            return SessionStanding.Unknown;
        }

        var noted = connection.Execute(
            """
            INSERT INTO sessions (session, subject, expires_at) VALUES (@session, @subject, @expiresAt)
            ON CONFLICT (session) DO UPDATE SET expires_at = MAX(expires_at, excluded.expires_at) WHERE subject = excluded.subject
            """,
            With(("session", session.Session), ("subject", session.Subject), ("expiresAt", session.ExpiresAt)));
        return noted == 1 ? SessionStanding.Alive : SessionStanding.AnotherSubjects;
    }

    private static SessionStanding StandingOf(SqliteConnection connection, byte[] session, long now)
    {
        if (IsEnded(connection, session, now))
        {
            return SessionStanding.Ended;
        }

        return FindSession(connection, session) is { } known && known.ExpiresAt > now ? SessionStanding.Alive : SessionStanding.Unknown;
    }

    private static SessionRow? FindSession(SqliteConnection connection, byte[] session) => connection.QueryFirstOrDefault<SessionRow>(
        "SELECT subject AS Subject, expires_at AS ExpiresAt FROM sessions WHERE session = @session", With(("session", session)));

    private static bool IsEnded(SqliteConnection connection, byte[] session, long now) => connection.ExecuteScalar<long>(
        "SELECT COUNT(*) FROM tombstones WHERE session = @session AND until > @now", With(("session", session), ("now", now))) > 0;
}
