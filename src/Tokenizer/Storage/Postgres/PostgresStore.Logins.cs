using Dapper;
using Npgsql;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

internal sealed partial class PostgresStore
{
    // Not again where its end is unknown: the marks may be spent, and then the answer would be that somebody else had spent them.
    public Task<LoginOutcome> AddLoginAsync(LoginRecord login, byte[]? replaces, IReadOnlyList<SpentMark> marks, long now, CancellationToken cancellation) => WriteAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            var outcome = await AddLoginAsync(connection, login, replaces, marks, now);
            if (outcome is LoginOutcome.Begun or LoginOutcome.Renewed)
            {
                await transaction.CommitAsync(CancellationToken.None);
            }

            return outcome;
        },
        Repeating.IsWrong,
        cancellation);

    public async ValueTask<LoginRecord?> FindLoginAsync(byte[] login, long now, CancellationToken cancellation) => (await ReadAsync(
        connection => connection.QueryFirstOrDefaultAsync<LoginRow>(
            """
            SELECT login AS Login, session AS Session, subject AS Subject, subject_version AS SubjectVersion, application AS Application, expires_at AS ExpiresAt
            FROM logins WHERE login = @login AND expires_at > @now
            """,
            With(("login", login), ("now", now))),
        cancellation))?.ToRecord();

    private static async Task<LoginOutcome> AddLoginAsync(
        NpgsqlConnection connection, LoginRecord login, byte[]? replaces, IReadOnlyList<SpentMark> marks, long now)
    {
        if (await SpendAsync(connection, marks) < marks.Count)
        {
            return new LoginOutcome.AlreadySpent();
        }

        var standing = Enum.Parse<SessionStanding>(await BehindLockAsync<string>(connection, Note, With(
            ("lock", LockOf(login.Session)), ("session", login.Session), ("subject", login.Subject.Hash), ("statedEnd", login.ExpiresAt), ("now", now))));
        if (standing != SessionStanding.Alive)
        {
            return new LoginOutcome.NoSession(standing);
        }

        return await RenewAsync(connection, login, replaces, now) ? new LoginOutcome.Renewed() : await BeginAsync(connection, login, replaces);
    }

    // Whoever spends the same mark at this moment is waited for. In one order, so that nobody waits for each other.
    private static Task<int> SpendAsync(NpgsqlConnection connection, IReadOnlyList<SpentMark> marks) => connection.ExecuteAsync(
        """
        INSERT INTO spent_marks (mark, until) SELECT mark, until FROM unnest(@marks, @ends) AS given (mark, until) ORDER BY mark
        ON CONFLICT (mark) DO NOTHING
        """,
        With(("marks", marks.Select(mark => mark.Mark).ToArray()), ("ends", marks.Select(mark => mark.Until).ToArray())));

    // The same session again: its cookie stays, so that requests that are under way with it are not cut off.
    private static async Task<bool> RenewAsync(NpgsqlConnection connection, LoginRecord login, byte[]? replaces, long now) => await connection.ExecuteAsync(
        """
        UPDATE logins SET expires_at = @expiresAt
        WHERE login = @replaces::bytea AND session = @session AND subject = @subject AND application = @application AND expires_at > @now
        """,
        With(
            ("expiresAt", login.ExpiresAt), ("replaces", replaces), ("session", login.Session), ("subject", login.Subject.Hash),
            ("application", login.Application), ("now", now))) == 1;

    private static async Task<LoginOutcome> BeginAsync(NpgsqlConnection connection, LoginRecord login, byte[]? replaces)
    {
        await connection.ExecuteAsync(
            """
            DELETE FROM logins WHERE login = @replaces::bytea AND application = @application;
            INSERT INTO logins (login, session, subject, subject_version, application, expires_at)
            VALUES (@login, @session, @subject, @version, @application, @expiresAt)
            """,
            With(
                ("replaces", replaces), ("login", login.Login), ("session", login.Session), ("subject", login.Subject.Hash), ("version", login.Subject.Version),
                ("application", login.Application), ("expiresAt", login.ExpiresAt)));
        return new LoginOutcome.Begun();
    }
}
