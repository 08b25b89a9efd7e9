using Dapper;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

internal sealed partial class PostgresStore
{
    /// <summary>The session where nobody states it: it must be known.</summary>
    private const string Known =
        $"""
        {Ended},
        alive AS (SELECT subject, expires_at FROM sessions WHERE session = @session AND expires_at > @now AND NOT EXISTS (SELECT FROM ended))
        """;

    private const string StandingOfKnown =
        "CASE WHEN EXISTS (SELECT FROM alive) THEN 'Alive' WHEN EXISTS (SELECT FROM ended) THEN 'Ended' ELSE 'Unknown' END AS Standing";

    // A proof that states an earlier end than is known binds the grant that it was brought for.
    private const string Granted =
        """
        granted AS (
            INSERT INTO grants (session, token, expires_at)
            SELECT @session, @token, LEAST(@end, alive.expires_at, @statedEnd) FROM alive WHERE @owner::bytea IS NULL OR alive.subject = @owner::bytea
            ON CONFLICT (session, token) DO UPDATE SET expires_at = excluded.expires_at
            RETURNING expires_at)
        """;

    private const string SetStated = $"{LockToGrant} WITH {Stated}, {Granted} SELECT {StandingOfStated}, (SELECT expires_at FROM granted) AS ExpiresAt";

    private const string SetKnown = $"{LockToGrant} WITH {Known}, {Granted} SELECT {StandingOfKnown}, (SELECT expires_at FROM granted) AS ExpiresAt";

    public Task<GrantSetOutcome> SetGrantAsync(GrantRecord grant, SessionRecord? stated, byte[]? owner, long now, CancellationToken cancellation) => WriteAsync(
        async connection => (await BehindLockAsync<GrantedRow>(connection, stated is null ? SetKnown : SetStated, With(
            ("lock", LockOf(grant.Session)), ("session", grant.Session), ("subject", stated?.Subject), ("statedEnd", stated?.ExpiresAt ?? long.MaxValue),
            ("token", grant.TokenRowId), ("end", grant.ExpiresAt), ("owner", owner), ("now", now)))).ToOutcome(),
        Repeating.IsHarmless,
        cancellation);

    public async ValueTask<IReadOnlyList<GrantView>> FindGrantsAsync(
        byte[] session, IReadOnlyCollection<byte[]> lookups, long now, CancellationToken cancellation) =>
        [.. (await ReadAsync(
            connection => connection.QueryAsync<GrantRow>(
                """
                SELECT tokens.lookup AS Lookup, tokens.application AS Application, grants.expires_at AS ExpiresAt
                FROM tokens LEFT JOIN grants ON grants.token = tokens.row_id AND grants.session = @session AND grants.expires_at > @now
                WHERE tokens.lookup = ANY (@lookups)
                  AND NOT EXISTS (SELECT FROM tombstones WHERE session = @session AND until > @now)
                """,
                With(("session", session), ("lookups", lookups.ToArray()), ("now", now))),
            cancellation)).Select(row => row.ToView())];

    internal sealed class GrantedRow
    {
        public string Standing { get; set; } = "";

        public long? ExpiresAt { get; set; }

        public GrantSetOutcome ToOutcome() => Enum.Parse<SessionStanding>(Standing) switch
        {
            SessionStanding.Alive when ExpiresAt is { } end => new GrantSetOutcome.Granted(end),
            SessionStanding.Alive => new GrantSetOutcome.NotOwner(),
            var standing => new GrantSetOutcome.NoSession(standing),
        };
    }
}
