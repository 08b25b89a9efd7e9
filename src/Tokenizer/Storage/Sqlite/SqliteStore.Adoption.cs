using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    public Task<AdoptionOutcome> AdoptSessionAsync(Adoption adoption, long now, CancellationToken cancellation) =>
        WriteAsync(connection => Adopt(connection, adoption, now), cancellation);

    private static AdoptionOutcome Adopt(SqliteConnection connection, Adoption adoption, long now)
    {
        // First the guest: whose session has been given away once, also to this very session, has nothing more to give.
        if (IsEnded(connection, adoption.Guest.Session, now))
        {
            return new AdoptionOutcome.NothingLeft();
        }

        var guest = FindSession(connection, adoption.Guest.Session);
        if (guest is not null && !guest.Subject.AsSpan().SequenceEqual(adoption.Guest.Subject))
        {
            return new AdoptionOutcome.Refused(SessionStanding.AnotherSubjects);
        }

        var standing = Note(connection, adoption.Session, now);
        if (standing != SessionStanding.Alive)
        {
            return new AdoptionOutcome.Refused(standing);
        }

        // Of a session that nobody has shown here before there is nothing to give, whatever subject the caller says is its own.
        var (grants, tokens) = guest is null ? (0, 0) : (MoveGrants(connection, adoption, now), MoveTokens(connection, adoption));
        End(connection, adoption.Guest.Session, adoption.Until);
        return new AdoptionOutcome.Adopted(grants, tokens);
    }

    // No grant gets longer by passing over, none outlives its new session, and counted uses stay counted.
    private static int MoveGrants(SqliteConnection connection, Adoption adoption, long now) => connection.Execute(
        """
        INSERT INTO grants (session, token, expires_at, uses_left, created_at)
        SELECT @session, token, MIN(expires_at, @end), uses_left, created_at FROM grants
        WHERE session = @guest AND expires_at > @now AND token IN (SELECT row_id FROM tokens WHERE application IN @applications)
        ON CONFLICT (session, token) DO UPDATE SET expires_at = MAX(expires_at, excluded.expires_at),
            uses_left = MIN(COALESCE(uses_left, excluded.uses_left), COALESCE(excluded.uses_left, uses_left))
        """,
        With(
            ("session", adoption.Session.Session), ("end", adoption.Session.ExpiresAt), ("guest", adoption.Guest.Session),
            ("now", now), ("applications", adoption.Applications)));

    private static int MoveTokens(SqliteConnection connection, Adoption adoption) => connection.Execute(
        "UPDATE tokens SET owner = @owner, owner_version = @version WHERE owner = @guest AND application IN @applications",
        With(
            ("owner", adoption.Owner.Hash), ("version", adoption.Owner.Version), ("guest", adoption.Guest.Subject), ("applications", adoption.Applications)));
}
