using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    public Task<SessionStanding> AddTokenAsync(
        TokenRecord token, SessionRecord session, GrantRecord grant, TicketRecord upload, long now, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            var standing = Note(connection, session, now);
            if (standing == SessionStanding.Alive)
            {
                Insert(connection, token);
                Insert(connection, grant);
                Insert(connection, upload);
            }

            return standing;
        },
        cancellation);

    public ValueTask<TokenRecord?> FindTokenAsync(IReadOnlyCollection<byte[]> lookups, CancellationToken cancellation) =>
        ValueTask.FromResult(Read(connection => connection.QueryFirstOrDefault<TokenRow>(
            """
            SELECT row_id AS RowId, lookup AS Lookup, lookup_version AS LookupVersion, master_version AS MasterVersion, salt AS Salt, box AS Box,
                   realm AS Realm, application AS Application, owner AS Owner, owner_version AS OwnerVersion, metadata AS Metadata,
                   attempt AS Attempt, segments AS Segments, size AS Size, created_at AS CreatedAt
            FROM tokens WHERE lookup IN @lookups
            """,
            With(("lookups", lookups)))?.ToRecord()));

    private static void Insert(SqliteConnection connection, TokenRecord token) => connection.Execute(
        $"""
        INSERT INTO tokens (row_id, lookup, lookup_version, master_version, salt, box, realm, application, owner, owner_version, metadata, created_at)
        VALUES (@rowId, @lookup, @lookupVersion, {Usable}, @salt, @box, @realm, @application, @owner, @ownerVersion, @metadata, @createdAt)
        """,
        With(
            ("rowId", token.RowId), ("lookup", token.Lookup.Hash), ("lookupVersion", token.Lookup.Version),
            ("master", token.DataKey.MasterVersion), ("salt", token.DataKey.Salt), ("box", token.DataKey.Box),
            ("realm", token.Realm), ("application", token.Application),
            ("owner", token.Owner.Hash), ("ownerVersion", token.Owner.Version),
            ("metadata", token.SealedMetadata), ("createdAt", token.CreatedAt)));
}
