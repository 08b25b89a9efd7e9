using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    public Task<TicketIssue> IssueDownloadAsync(TicketRecord ticket, long now, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            if (IsEnded(connection, ticket.Session, now))
            {
                return TicketIssue.SessionEnded;
            }

            if (Use(connection, ticket.Session, ticket.TokenRowId, now) is not { } grantEnd)
            {
                return TicketIssue.GrantMissing;
            }

            Insert(connection, ticket with { ExpiresAt = Math.Min(ticket.ExpiresAt, grantEnd) });
            return TicketIssue.Issued;
        },
        cancellation);

    public Task<TicketOutcome> RedeemAsync(byte[] ticket, byte[] session, TicketUse use, long now, CancellationToken cancellation) =>
        WriteAsync(connection => Redeem(connection, ticket, session, use, now), cancellation);

    private static TicketOutcome Redeem(SqliteConnection connection, byte[] ticket, byte[] session, TicketUse use, long now)
    {
        if (IsEnded(connection, session, now))
        {
            return new TicketOutcome.SessionEnded();
        }

        // Taken only by the session and for the use it was made for: a thief of the address cannot even spend it.
        var row = connection.QueryFirstOrDefault<TicketRow>(
            """
            DELETE FROM tickets WHERE ticket = @ticket AND session = @session AND used_for = @use AND expires_at > @now
            RETURNING token AS Token, expires_at AS ExpiresAt, master_version AS MasterVersion, salt AS Salt, box AS Box
            """,
            With(("ticket", ticket), ("session", session), ("use", (int)use), ("now", now)));
        if (row is null)
        {
            return new TicketOutcome.Invalid();
        }

        // The grant may have been taken back, or replaced by a shorter one, since the ticket was made. Its uses were counted then.
        return use == TicketUse.Download && GrantEnd(connection, session, row.Token, now) is null
            ? new TicketOutcome.GrantMissing()
            : new TicketOutcome.Redeemed(row.ToRecord(ticket, session, use));
    }

    private static void Insert(SqliteConnection connection, TicketRecord ticket) => connection.Execute(
        $"""
        INSERT INTO tickets (ticket, session, token, used_for, expires_at, master_version, salt, box)
        VALUES (@ticket, @session, @token, @use, @expiresAt, {Usable}, @salt, @box)
        """,
        With(
            ("ticket", ticket.Ticket), ("session", ticket.Session), ("token", ticket.TokenRowId), ("use", (int)ticket.Use),
            ("expiresAt", ticket.ExpiresAt), ("master", ticket.Token.MasterVersion), ("salt", ticket.Token.Salt), ("box", ticket.Token.Box)));
}
