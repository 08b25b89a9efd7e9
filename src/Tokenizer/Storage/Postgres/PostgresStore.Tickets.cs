using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

internal sealed partial class PostgresStore
{
    // A ticket that is there was issued by this very statement, whose answer was lost: it has used the grant already.
    private const string Issue =
        $"""
        {LockToSeal}
        WITH {Ended},
        {Used} AND NOT EXISTS (SELECT FROM tickets WHERE ticket = @ticket) RETURNING expires_at),
        held AS (
            SELECT expires_at FROM used
            UNION ALL SELECT expires_at FROM grants
                WHERE session = @session AND token = @token AND expires_at > @now AND uses_left IS NULL AND NOT EXISTS (SELECT FROM ended)
            UNION ALL SELECT expires_at FROM tickets WHERE ticket = @ticket AND NOT EXISTS (SELECT FROM ended)
            LIMIT 1),
        issued AS (
            INSERT INTO tickets (ticket, session, token, used_for, expires_at, master_version, salt, box)
            SELECT @ticket, @session, @token, @use, LEAST(@end, held.expires_at), {Usable}, @salt, @box FROM held
            ON CONFLICT (ticket) DO NOTHING)
        SELECT CASE WHEN EXISTS (SELECT FROM ended) THEN 'SessionEnded' WHEN EXISTS (SELECT FROM held) THEN 'Issued' ELSE 'GrantMissing' END
        """;

    // Taken only by the session and for the use it was made for: a thief of the address cannot even spend it. The grant may have been
    // taken back, or replaced by a shorter one, since the ticket was made. Its uses were counted then.
    private const string Redeem =
        $"""
        {LockSession}
        WITH {Ended},
        taken AS (
            DELETE FROM tickets
            WHERE ticket = @ticket AND session = @session AND used_for = @use AND expires_at > @now AND NOT EXISTS (SELECT FROM ended)
            RETURNING token, expires_at, master_version, salt, box)
        SELECT EXISTS (SELECT FROM ended) AS IsEnded,
               EXISTS (SELECT FROM grants WHERE session = @session AND token = taken.token AND expires_at > @now) AS IsGranted,
               taken.token IS NOT NULL AS IsTaken,
               taken.token AS Token, taken.expires_at AS ExpiresAt, taken.master_version AS MasterVersion, taken.salt AS Salt, taken.box AS Box
        FROM (SELECT 1) AS one LEFT JOIN taken ON true
        """;

    public Task<TicketIssue> IssueDownloadAsync(TicketRecord ticket, long now, CancellationToken cancellation) => WriteAsync(
        async connection => Enum.Parse<TicketIssue>(await BehindLockAsync<string>(connection, Issue, With(
            ("lock", LockOf(ticket.Session)), ("ticket", ticket.Ticket), ("session", ticket.Session), ("token", ticket.TokenRowId), ("use", (int)ticket.Use),
            ("end", ticket.ExpiresAt), ("master", ticket.Token.MasterVersion), ("salt", ticket.Token.Salt), ("box", ticket.Token.Box), ("now", now)))),
        Repeating.IsHarmless,
        cancellation);

    // Not again where its end is unknown: the ticket may be spent, and then the answer would be that it never was.
    public Task<TicketOutcome> RedeemAsync(byte[] ticket, byte[] session, TicketUse use, long now, CancellationToken cancellation) => WriteAsync(
        async connection => OutcomeOf(
            await BehindLockAsync<RedeemedRow>(connection, Redeem, With(
                ("lock", LockOf(session)), ("ticket", ticket), ("session", session), ("use", (int)use), ("now", now))),
            ticket, session, use),
        Repeating.IsWrong,
        cancellation);

    private static TicketOutcome OutcomeOf(RedeemedRow row, byte[] ticket, byte[] session, TicketUse use) => row switch
    {
        { IsEnded: true } => new TicketOutcome.SessionEnded(),
        { IsTaken: false } => new TicketOutcome.Invalid(),
        { IsGranted: false } when use == TicketUse.Download => new TicketOutcome.GrantMissing(),
        _ => new TicketOutcome.Redeemed(row.ToRecord(ticket, session, use)),
    };

    internal sealed class RedeemedRow : TicketRow
    {
        public bool IsEnded { get; set; }

        public bool IsTaken { get; set; }

        public bool IsGranted { get; set; }
    }
}
