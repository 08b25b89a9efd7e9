using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    /// <summary>A grant holds until its end, and as long as uses are left where they are counted.</summary>
    private const string Holds = "grants.expires_at > @now AND (grants.uses_left IS NULL OR grants.uses_left > 0)";

    public Task<GrantSetOutcome> SetGrantAsync(GrantRecord grant, SessionRecord? stated, GrantTerms terms, long now, CancellationToken cancellation) =>
        WriteAsync(connection => SetGrant(connection, grant, stated, terms, now), cancellation);

    public Task<GrantUse> UseGrantAsync(byte[] session, byte[] tokenRowId, long now, CancellationToken cancellation) => WriteAsync(
        connection => IsEnded(connection, session, now) ? GrantUse.SessionEnded
            : Use(connection, session, tokenRowId, now) is null ? GrantUse.GrantMissing
            : GrantUse.Used,
        cancellation);

    public ValueTask<IReadOnlyList<GrantView>> FindGrantsAsync(
        byte[] session, IReadOnlyCollection<byte[]> lookups, long now, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<GrantView>>(Read(connection => connection.Query<GrantRow>(
            $"""
            SELECT tokens.lookup AS Lookup, tokens.application AS Application, grants.expires_at AS ExpiresAt, grants.uses_left AS UsesLeft
            FROM tokens LEFT JOIN grants ON grants.token = tokens.row_id AND grants.session = @session AND {Holds}
            WHERE tokens.lookup IN @lookups AND {NotExpired}
              AND NOT EXISTS (SELECT 1 FROM tombstones WHERE session = @session AND until > @now)
            """,
            With(("session", session), ("lookups", lookups), ("now", now)))
            .Select(row => row.ToView()).ToArray()));

    private static GrantSetOutcome SetGrant(SqliteConnection connection, GrantRecord grant, SessionRecord? stated, GrantTerms terms, long now)
    {
        var standing = stated is null ? StandingOf(connection, grant.Session, now) : Note(connection, stated, now);
        if (standing != SessionStanding.Alive)
        {
            return new GrantSetOutcome.NoSession(standing);
        }

        var session = FindSession(connection, grant.Session)!;
        if (terms.Owner is not null && !session.Subject.AsSpan().SequenceEqual(terms.Owner))
        {
            return new GrantSetOutcome.NotOwner();
        }

        if (!IsHeld(connection, grant, now) && !Count(connection, grant.Session, terms.PerHour, now))
        {
            return new GrantSetOutcome.LimitReached();
        }

        // A proof that states an earlier end than is known binds the grant that it was brought for.
        var end = Math.Min(session.ExpiresAt, stated?.ExpiresAt ?? long.MaxValue);
        var capped = grant with { ExpiresAt = Math.Min(grant.ExpiresAt, end) };
        Insert(connection, capped, now);
        return new GrantSetOutcome.Granted(capped.ExpiresAt);
    }

    private static void Insert(SqliteConnection connection, GrantRecord grant, long now) => connection.Execute(
        "INSERT OR REPLACE INTO grants (session, token, expires_at, uses_left, created_at) VALUES (@session, @token, @expiresAt, @usesLeft, @now)",
        With(("session", grant.Session), ("token", grant.TokenRowId), ("expiresAt", grant.ExpiresAt), ("usesLeft", grant.UsesLeft), ("now", now)));

    private static bool IsHeld(SqliteConnection connection, GrantRecord grant, long now) => connection.ExecuteScalar<long>(
        $"SELECT COUNT(*) FROM grants WHERE session = @session AND token = @token AND {Holds}",
        With(("session", grant.Session), ("token", grant.TokenRowId), ("now", now))) > 0;

    /// <returns>The end of the grant that was used; null where there was none to use.</returns>
    private static long? Use(SqliteConnection connection, byte[] session, byte[] tokenRowId, long now) => connection.QueryFirstOrDefault<long?>(
        $"UPDATE grants SET uses_left = uses_left - 1 WHERE session = @session AND token = @token AND {Holds} RETURNING expires_at",
        With(("session", session), ("token", tokenRowId), ("now", now)));

    private static long? GrantEnd(SqliteConnection connection, byte[] session, byte[] tokenRowId, long now) => connection.QueryFirstOrDefault<long?>(
        "SELECT expires_at FROM grants WHERE session = @session AND token = @token AND expires_at > @now",
        With(("session", session), ("token", tokenRowId), ("now", now)));
}
