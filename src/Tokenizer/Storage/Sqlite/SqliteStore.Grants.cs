using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    public Task<GrantSetOutcome> SetGrantAsync(GrantRecord grant, SessionRecord? stated, byte[]? owner, long now, CancellationToken cancellation) =>
        WriteAsync(connection => SetGrant(connection, grant, stated, owner, now), cancellation);

    public ValueTask<IReadOnlyList<GrantView>> FindGrantsAsync(
        byte[] session, IReadOnlyCollection<byte[]> lookups, long now, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<GrantView>>(Read(connection => connection.Query<GrantRow>(
            """
            SELECT tokens.lookup AS Lookup, tokens.application AS Application, grants.expires_at AS ExpiresAt
            FROM tokens LEFT JOIN grants ON grants.token = tokens.row_id AND grants.session = @session AND grants.expires_at > @now
            WHERE tokens.lookup IN @lookups
              AND NOT EXISTS (SELECT 1 FROM tombstones WHERE session = @session AND until > @now)
            """,
            With(("session", session), ("lookups", lookups), ("now", now)))
            .Select(row => row.ToView()).ToArray()));

    private static GrantSetOutcome SetGrant(SqliteConnection connection, GrantRecord grant, SessionRecord? stated, byte[]? owner, long now)
    {
        var standing = stated is null ? StandingOf(connection, grant.Session, now) : Note(connection, stated, now);
        if (standing != SessionStanding.Alive)
        {
            return new GrantSetOutcome.NoSession(standing);
        }

        var session = FindSession(connection, grant.Session)!;
        if (owner is not null && !session.Subject.AsSpan().SequenceEqual(owner))
        {
            return new GrantSetOutcome.NotOwner();
        }

        // A proof that states an earlier end than is known binds the grant that it was brought for.
        var end = Math.Min(session.ExpiresAt, stated?.ExpiresAt ?? long.MaxValue);
        var capped = grant with { ExpiresAt = Math.Min(grant.ExpiresAt, end) };
        Insert(connection, capped);
        return new GrantSetOutcome.Granted(capped.ExpiresAt);
    }

    private static void Insert(SqliteConnection connection, GrantRecord grant) => connection.Execute(
        "INSERT OR REPLACE INTO grants (session, token, expires_at) VALUES (@session, @token, @expiresAt)",
        With(("session", grant.Session), ("token", grant.TokenRowId), ("expiresAt", grant.ExpiresAt)));

    private static long? GrantEnd(SqliteConnection connection, byte[] session, byte[] tokenRowId, long now) => connection.QueryFirstOrDefault<long?>(
        "SELECT expires_at FROM grants WHERE session = @session AND token = @token AND expires_at > @now",
        With(("session", session), ("token", tokenRowId), ("now", now)));
}
