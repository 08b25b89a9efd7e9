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

    /// <summary>A grant holds until its end, and as long as uses are left where they are counted.</summary>
    private const string Holds = "grants.expires_at > @now AND (grants.uses_left IS NULL OR grants.uses_left > 0)";

    // A proof that states an earlier end than is known binds the grant that it was brought for. What the session holds already is not counted
    // again: a repeated statement finds the first one's grant.
    private const string Granted =
        $"""
        allowed AS (SELECT expires_at FROM alive WHERE @owner::bytea IS NULL OR alive.subject = @owner::bytea),
        held AS (SELECT 1 FROM grants WHERE session = @session AND token = @token AND {Holds}),
        counted AS (
            INSERT INTO hourly_counts (counter, hour, count)
            SELECT @session, @hour, 1 FROM allowed WHERE @limit > 0 AND NOT EXISTS (SELECT FROM held)
            ON CONFLICT (counter, hour) DO UPDATE SET count = hourly_counts.count + 1 WHERE hourly_counts.count < @limit
            RETURNING 1),
        granted AS (
            INSERT INTO grants (session, token, expires_at, uses_left, created_at)
            SELECT @session, @token, LEAST(@end, allowed.expires_at, @statedEnd), @uses::integer, @now FROM allowed
            WHERE EXISTS (SELECT FROM held) OR EXISTS (SELECT FROM counted)
            ON CONFLICT (session, token) DO UPDATE
                SET expires_at = excluded.expires_at, uses_left = excluded.uses_left, created_at = excluded.created_at
            RETURNING expires_at)
        """;

    private const string OfGranted = "(SELECT expires_at FROM granted) AS ExpiresAt, EXISTS (SELECT FROM allowed) AS IsAllowed";

    private const string SetStated = $"{LockToGrant} WITH {Stated}, {Granted} SELECT {StandingOfStated}, {OfGranted}";

    private const string SetKnown = $"{LockToGrant} WITH {Known}, {Granted} SELECT {StandingOfKnown}, {OfGranted}";

    /// <summary>One use of a grant whose uses are counted. Its row is locked and looked at again, so that the last use has one taker.</summary>
    private const string Used =
        $"""
        used AS (
            UPDATE grants SET uses_left = uses_left - 1
            WHERE session = @session AND token = @token AND {Holds} AND uses_left IS NOT NULL AND NOT EXISTS (SELECT FROM ended)
        """;

    private const string Use =
        $"""
        {LockSession}
        WITH {Ended}, {Used} RETURNING 1)
        SELECT CASE WHEN EXISTS (SELECT FROM ended) THEN 'SessionEnded'
                    WHEN EXISTS (SELECT FROM used)
                      OR EXISTS (SELECT FROM grants WHERE session = @session AND token = @token AND expires_at > @now AND uses_left IS NULL) THEN 'Used'
                    ELSE 'GrantMissing' END
        """;

    public Task<GrantSetOutcome> SetGrantAsync(GrantRecord grant, SessionRecord? stated, GrantTerms terms, long now, CancellationToken cancellation) => WriteAsync(
        async connection => (await BehindLockAsync<GrantedRow>(connection, stated is null ? SetKnown : SetStated, With(
            ("lock", LockOf(grant.Session)), ("session", grant.Session), ("subject", stated?.Subject), ("statedEnd", stated?.ExpiresAt ?? long.MaxValue),
            ("token", grant.TokenRowId), ("end", grant.ExpiresAt), ("uses", grant.UsesLeft), ("owner", terms.Owner),
            ("limit", terms.PerHour), ("hour", Hours.Of(now)), ("now", now)))).ToOutcome(),
        Repeating.IsHarmless,
        cancellation);

    // Not again where its end is unknown: a use may be gone, and two would be.
    public Task<GrantUse> UseGrantAsync(byte[] session, byte[] tokenRowId, long now, CancellationToken cancellation) => WriteAsync(
        async connection => Enum.Parse<GrantUse>(await BehindLockAsync<string>(connection, Use, With(
            ("lock", LockOf(session)), ("session", session), ("token", tokenRowId), ("now", now)))),
        Repeating.IsWrong,
        cancellation);

    public async ValueTask<IReadOnlyList<GrantView>> FindGrantsAsync(
        byte[] session, IReadOnlyCollection<byte[]> lookups, long now, CancellationToken cancellation) =>
        [.. (await ReadAsync(
            connection => connection.QueryAsync<GrantRow>(
                $"""
                SELECT tokens.lookup AS Lookup, tokens.application AS Application, grants.expires_at AS ExpiresAt, grants.uses_left AS UsesLeft
                FROM tokens LEFT JOIN grants ON grants.token = tokens.row_id AND grants.session = @session AND {Holds}
                WHERE tokens.lookup = ANY (@lookups) AND {NotExpired}
                  AND NOT EXISTS (SELECT FROM tombstones WHERE session = @session AND until > @now)
                """,
                With(("session", session), ("lookups", lookups.ToArray()), ("now", now))),
            cancellation)).Select(row => row.ToView())];

    internal sealed class GrantedRow
    {
        public string Standing { get; set; } = "";

        public long? ExpiresAt { get; set; }

        public bool IsAllowed { get; set; }

        public GrantSetOutcome ToOutcome() => Enum.Parse<SessionStanding>(Standing) switch
        {
            SessionStanding.Alive when ExpiresAt is { } end => new GrantSetOutcome.Granted(end),
            SessionStanding.Alive when IsAllowed => new GrantSetOutcome.LimitReached(),
            SessionStanding.Alive => new GrantSetOutcome.NotOwner(),
            var standing => new GrantSetOutcome.NoSession(standing),
        };
    }
}
