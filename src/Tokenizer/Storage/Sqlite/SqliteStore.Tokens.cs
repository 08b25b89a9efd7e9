using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    /// <summary>A token whose time is over is as good as gone, whether or not it was swept.</summary>
    private const string NotExpired = "(tokens.expires_at IS NULL OR tokens.expires_at > @now)";

    public Task<SessionStanding> AddTokenAsync(
        TokenRecord token, SessionRecord session, GrantRecord grant, TicketRecord upload, long now, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            var standing = Note(connection, session, now);
            if (standing == SessionStanding.Alive)
            {
                Insert(connection, token);
                Insert(connection, grant, now);
                Insert(connection, upload);
            }

            return standing;
        },
        cancellation);

    public ValueTask<TokenRecord?> FindTokenAsync(IReadOnlyCollection<byte[]> lookups, long now, CancellationToken cancellation) =>
        ValueTask.FromResult(Read(connection => connection.QueryFirstOrDefault<TokenRow>(
            $"""
            SELECT row_id AS RowId, lookup AS Lookup, lookup_version AS LookupVersion, master_version AS MasterVersion, salt AS Salt, box AS Box,
                   realm AS Realm, application AS Application, owner AS Owner, owner_version AS OwnerVersion, metadata AS Metadata,
                   attempt AS Attempt, segments AS Segments, size AS Size, created_at AS CreatedAt,
                   record AS Record, record_version AS RecordVersion, mask AS Mask, expires_at AS ExpiresAt
            FROM tokens WHERE lookup IN @lookups AND {NotExpired}
            """,
            With(("lookups", lookups), ("now", now)))?.ToRecord()));

    private static void Insert(SqliteConnection connection, TokenRecord token) => connection.Execute(
        $"""
        INSERT INTO tokens (row_id, lookup, lookup_version, master_version, salt, box, realm, application, owner, owner_version, metadata, created_at,
                            attempt, segments, size, record, record_version, mask, expires_at)
        VALUES (@rowId, @lookup, @lookupVersion, {Usable}, @salt, @box, @realm, @application, @owner, @ownerVersion, @metadata, @createdAt,
                @attempt, @segments, @size, @record, @recordVersion, @mask, @expiresAt)
        """,
        With(
            ("rowId", token.RowId), ("lookup", token.Lookup.Hash), ("lookupVersion", token.Lookup.Version),
            ("master", token.DataKey.MasterVersion), ("salt", token.DataKey.Salt), ("box", token.DataKey.Box),
            ("realm", token.Realm), ("application", token.Application),
            ("owner", token.Owner.Hash), ("ownerVersion", token.Owner.Version),
            ("metadata", token.SealedMetadata), ("createdAt", token.CreatedAt),
            ("attempt", token.Value?.Attempt), ("segments", token.Value?.Segments), ("size", token.Value?.Size),
            ("record", token.Record?.Hash), ("recordVersion", token.Record?.Version), ("mask", token.SealedMask), ("expiresAt", token.ExpiresAt)));
}
