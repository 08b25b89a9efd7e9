using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    public Task<LoginOutcome> AddLoginAsync(LoginRecord login, byte[]? replaces, IReadOnlyList<SpentMark> marks, long now, CancellationToken cancellation) =>
        WriteAsync(connection => AddLogin(connection, login, replaces, marks, now), cancellation);

    public ValueTask<LoginRecord?> FindLoginAsync(byte[] login, long now, CancellationToken cancellation) =>
        ValueTask.FromResult(Read(connection => connection.QueryFirstOrDefault<LoginRow>(
            """
            SELECT login AS Login, session AS Session, subject AS Subject, subject_version AS SubjectVersion, application AS Application, expires_at AS ExpiresAt
            FROM logins WHERE login = @login AND expires_at > @now
            """,
            With(("login", login), ("now", now)))?.ToRecord()));

    private static LoginOutcome AddLogin(SqliteConnection connection, LoginRecord login, byte[]? replaces, IReadOnlyList<SpentMark> marks, long now)
    {
        if (connection.ExecuteScalar<long>("SELECT COUNT(*) FROM spent_marks WHERE mark IN @marks", With(("marks", marks.Select(mark => mark.Mark)))) > 0)
        {
            return new LoginOutcome.AlreadySpent();
        }

        var standing = Note(connection, new SessionRecord(login.Session, login.Subject.Hash, login.ExpiresAt), now);
        if (standing != SessionStanding.Alive)
        {
            return new LoginOutcome.NoSession(standing);
        }

        foreach (var (mark, until) in marks)
        {
            connection.Execute("INSERT INTO spent_marks (mark, until) VALUES (@mark, @until)", With(("mark", mark), ("until", until)));
        }

        return Renew(connection, login, replaces, now) ? new LoginOutcome.Renewed() : Begin(connection, login, replaces);
    }

    // The same session again: its cookie stays, so that requests that are under way with it are not cut off.
    private static bool Renew(SqliteConnection connection, LoginRecord login, byte[]? replaces, long now) => connection.Execute(
        """
        UPDATE logins SET expires_at = @expiresAt
        WHERE login = @replaces AND session = @session AND subject = @subject AND application = @application AND expires_at > @now
        """,
        With(
            ("expiresAt", login.ExpiresAt), ("replaces", replaces), ("session", login.Session), ("subject", login.Subject.Hash),
            ("application", login.Application), ("now", now))) == 1;

    private static LoginOutcome.Begun Begin(SqliteConnection connection, LoginRecord login, byte[]? replaces)
    {
        connection.Execute(
            """
            DELETE FROM logins WHERE login = @replaces AND application = @application;
            INSERT INTO logins (login, session, subject, subject_version, application, expires_at)
            VALUES (@login, @session, @subject, @version, @application, @expiresAt)
            """,
            With(
                ("replaces", replaces), ("login", login.Login), ("session", login.Session), ("subject", login.Subject.Hash), ("version", login.Subject.Version),
                ("application", login.Application), ("expiresAt", login.ExpiresAt)));
        return new LoginOutcome.Begun();
    }
}
