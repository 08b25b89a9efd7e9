using Dapper;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    private const string OfApplication = "EXISTS (SELECT 1 FROM tokens WHERE tokens.row_id = grants.token AND tokens.application = @application)";

    public ValueTask<IReadOnlyList<ListedGrant>> ListGrantsAsync(
        GrantSelection selection, GrantPlace after, int limit, long now, CancellationToken cancellation) =>
        ValueTask.FromResult(Read<IReadOnlyList<ListedGrant>>(connection =>
        [
            .. connection.Query<ListedGrantRow>(
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
                    ("afterSession", after.Session), ("afterToken", after.TokenRowId), ("limit", limit), ("now", now)))
                .Select(row => row.ToRecord()),
        ]));

    public Task<int> RevokeGrantsAsync(GrantSelection selection, CancellationToken cancellation) => WriteAsync(
        connection => connection.Execute(
            $"DELETE FROM grants WHERE {OfApplication}{FilterOf(selection)}",
            With(("application", selection.Application), ("session", selection.Session), ("token", selection.TokenRowId))),
        cancellation);

    public Task<(int Revoked, GrantPlace? Next)> RevokePageAsync(string application, GrantPlace after, int limit, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            var given = With(("application", application), ("session", after.Session), ("token", after.TokenRowId), ("limit", limit - 1));
            var last = connection.QueryFirstOrDefault<GrantPlaceRow>(
                """
                SELECT session AS Session, token AS TokenRowId FROM grants WHERE (session, token) > (@session, @token)
                ORDER BY session, token LIMIT 1 OFFSET @limit
                """,
                given)?.ToPlace();
            given.Add("lastSession", last?.Session);
            given.Add("lastToken", last?.TokenRowId);
            var upTo = last is null ? "" : " AND (session, token) <= (@lastSession, @lastToken)";
            return (connection.Execute($"DELETE FROM grants WHERE (session, token) > (@session, @token){upTo} AND {OfApplication}", given), last);
        },
        cancellation);

    private static string FilterOf(GrantSelection selection) =>
        (selection.Session is null ? "" : " AND grants.session = @session") + (selection.TokenRowId is null ? "" : " AND grants.token = @token");
}
