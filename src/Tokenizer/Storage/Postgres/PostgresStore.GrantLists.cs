using Dapper;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

internal sealed partial class PostgresStore
{
    private const string OfApplication = "EXISTS (SELECT FROM tokens WHERE tokens.row_id = grants.token AND tokens.application = @application)";

    private const string RevokePage =
        $"""
        WITH page AS MATERIALIZED (
            SELECT session, token FROM grants WHERE (session, token) > (@session, @token) ORDER BY session, token LIMIT @limit),
        revoked AS (
            DELETE FROM grants USING page WHERE grants.session = page.session AND grants.token = page.token AND {OfApplication} RETURNING 1)
        SELECT (SELECT COUNT(*) FROM revoked)::integer AS Revoked, (SELECT COUNT(*) FROM page)::integer AS Seen, last.session AS Session, last.token AS TokenRowId
        FROM (SELECT 1) AS one LEFT JOIN (SELECT session, token FROM page ORDER BY session DESC, token DESC LIMIT 1) AS last ON true
        """;

    public async ValueTask<IReadOnlyList<ListedGrant>> ListGrantsAsync(
        GrantSelection selection, GrantPlace after, int limit, long now, CancellationToken cancellation) =>
        [.. (await ReadAsync(
            connection => connection.QueryAsync<ListedGrantRow>(
                $"""
                SELECT grants.session AS Session, grants.token AS TokenRowId, tokens.lookup AS Token,
                       grants.expires_at AS ExpiresAt, grants.uses_left AS UsesLeft, grants.created_at AS CreatedAt
                FROM grants JOIN tokens ON tokens.row_id = grants.token
                WHERE tokens.application = @application AND {Holds} AND {NotExpired}{FilterOf(selection)}
                  AND (grants.session, grants.token) > (@afterSession, @afterToken)
                ORDER BY grants.session, grants.token LIMIT @limit
                """,
                With(
                    ("application", selection.Application), ("session", selection.Session), ("token", selection.TokenRowId),
                    ("afterSession", after.Session), ("afterToken", after.TokenRowId), ("limit", limit), ("now", now))),
            cancellation)).Select(row => row.ToRecord())];

    public Task<int> RevokeGrantsAsync(GrantSelection selection, CancellationToken cancellation) => WriteAsync(
        connection => connection.ExecuteAsync(
            $"DELETE FROM grants WHERE {OfApplication}{FilterOf(selection)}",
            With(("application", selection.Application), ("session", selection.Session), ("token", selection.TokenRowId))),
        Repeating.IsHarmless,
        cancellation);

    public Task<(int Revoked, GrantPlace? Next)> RevokePageAsync(string application, GrantPlace after, int limit, CancellationToken cancellation) => WriteAsync(
        async connection =>
        {
            var page = await connection.QuerySingleAsync<RevokedRow>(RevokePage, With(
                ("application", application), ("session", after.Session), ("token", after.TokenRowId), ("limit", limit)));
            return (page.Revoked, page.Seen == limit ? new GrantPlace(page.Session, page.TokenRowId) : null);
        },
        Repeating.IsHarmless,
        cancellation);

    private static string FilterOf(GrantSelection selection) =>
        (selection.Session is null ? "" : " AND grants.session = @session") + (selection.TokenRowId is null ? "" : " AND grants.token = @token");

    internal sealed class RevokedRow
    {
        public int Revoked { get; set; }

        public int Seen { get; set; }

        public byte[] Session { get; set; } = [];

        public byte[] TokenRowId { get; set; } = [];
    }
}
