using Dapper;
using Npgsql;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

internal sealed partial class PostgresStore
{
    // Not again where its end is unknown: the second time there would be nothing left, and the caller knows better what that means.
    public Task<AdoptionOutcome> AdoptSessionAsync(Adoption adoption, long now, CancellationToken cancellation) => WriteAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            var outcome = await AdoptAsync(connection, adoption, now);
            await transaction.CommitAsync(CancellationToken.None);
            return outcome;
        },
        Repeating.IsWrong,
        cancellation);

    private static async Task<AdoptionOutcome> AdoptAsync(NpgsqlConnection connection, Adoption adoption, long now)
    {
        await LockBothAsync(connection, adoption);

        // First the guest: whose session has been given away once, also to this very session, has nothing more to give.
        var guest = await connection.QuerySingleAsync<GuestRow>(
            """
            SELECT EXISTS (SELECT FROM tombstones WHERE session = @guest AND until > @now) AS IsEnded,
                   (SELECT subject FROM sessions WHERE session = @guest) AS Subject
            """,
            With(("guest", adoption.Guest.Session), ("now", now)));
        if (guest.IsEnded)
        {
            return new AdoptionOutcome.NothingLeft();
        }

        if (guest.Subject is not null && !guest.Subject.AsSpan().SequenceEqual(adoption.Guest.Subject))
        {
            return new AdoptionOutcome.Refused(SessionStanding.AnotherSubjects);
        }

        var session = adoption.Session;
        var standing = Enum.Parse<SessionStanding>(await BehindLockAsync<string>(connection, Note, With(
            ("lock", LockOf(session.Session)), ("session", session.Session), ("subject", session.Subject), ("statedEnd", session.ExpiresAt), ("now", now))));
        if (standing != SessionStanding.Alive)
        {
            return new AdoptionOutcome.Refused(standing);
        }

        // Of a session that nobody has shown here before there is nothing to give, whatever subject the caller says is its own.
        var (grants, tokens) = guest.Subject is null ? (0, 0) : (await MoveGrantsAsync(connection, adoption, now), await MoveTokensAsync(connection, adoption));
        await connection.ExecuteAsync(End, With(("session", adoption.Guest.Session), ("until", adoption.Until)));
        return new AdoptionOutcome.Adopted(grants, tokens);
    }

    // In one order everywhere, so that two adoptions never wait for each other.
    private static async Task LockBothAsync(NpgsqlConnection connection, Adoption adoption)
    {
        var (guest, session) = (LockOf(adoption.Guest.Session), LockOf(adoption.Session.Session));
        var parameters = With(("guest", guest), ("session", session));
        const string ofGuest = "SELECT pg_advisory_xact_lock(@guest)";
        const string ofSession = "SELECT pg_advisory_xact_lock_shared(@session)";
        await connection.ExecuteAsync(guest <= session ? $"{ofGuest}; {ofSession}" : $"{ofSession}; {ofGuest}", parameters);
    }

    // No grant gets longer by passing over, none outlives its new session, and counted uses stay counted.
    private static Task<int> MoveGrantsAsync(NpgsqlConnection connection, Adoption adoption, long now) => connection.ExecuteAsync(
        """
        INSERT INTO grants (session, token, expires_at, uses_left, created_at)
        SELECT @session, token, LEAST(expires_at, @end), uses_left, created_at FROM grants
        WHERE session = @guest AND expires_at > @now AND token IN (SELECT row_id FROM tokens WHERE application = ANY (@applications))
        ON CONFLICT (session, token) DO UPDATE SET expires_at = GREATEST(grants.expires_at, excluded.expires_at),
            uses_left = LEAST(grants.uses_left, excluded.uses_left)
        """,
        With(
            ("session", adoption.Session.Session), ("end", adoption.Session.ExpiresAt), ("guest", adoption.Guest.Session),
            ("now", now), ("applications", adoption.Applications.ToArray())));

    private static Task<int> MoveTokensAsync(NpgsqlConnection connection, Adoption adoption) => connection.ExecuteAsync(
        "UPDATE tokens SET owner = @owner, owner_version = @version WHERE owner = @guest AND application = ANY (@applications)",
        With(
            ("owner", adoption.Owner.Hash), ("version", adoption.Owner.Version), ("guest", adoption.Guest.Subject), ("applications", adoption.Applications.ToArray())));

    internal sealed class GuestRow
    {
        public bool IsEnded { get; set; }

        public byte[]? Subject { get; set; }
    }
}
