using Dapper;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

internal sealed partial class PostgresStore
{
    // Another version may have begun to seal between the two.
    private const string UsableForTicket = "(SELECT version FROM master_keys WHERE version = @ticketMaster AND retired_at IS NULL)";

    /// <summary>A token whose time is over is as good as gone, whether or not it was swept.</summary>
    private const string NotExpired = "(tokens.expires_at IS NULL OR tokens.expires_at > @now)";

    private const string InsertToken =
        $"""
        INSERT INTO tokens (row_id, lookup, lookup_version, master_version, salt, box, realm, application, owner, owner_version, metadata, created_at,
                            attempt, segments, size, record, record_version, mask, expires_at)
        SELECT @rowId, @lookup, @lookupVersion, {Usable}, @salt, @box, @realm, @application, @owner, @ownerVersion, @metadata::bytea, @createdAt,
               @attempt::bytea, @segmentCount::bigint, @size::bigint, @record::bytea, @recordVersion::integer, @mask::bytea, @tokenEnd::bigint
        """;

    private const string AddToken =
        $"""
        {LockToSeal}
        WITH {Stated},
        token AS (
            {InsertToken} FROM alive),
        granted AS (
            INSERT INTO grants (session, token, expires_at, created_at) SELECT @grantSession, @grantToken, @grantEnd, @now FROM alive),
        issued AS (
            INSERT INTO tickets (ticket, session, token, used_for, expires_at, master_version, salt, box)
            SELECT @ticket, @ticketSession, @ticketToken, @use, @ticketEnd, {UsableForTicket}, @ticketSalt, @ticketBox FROM alive)
        SELECT {StandingOfStated}
        """;

    private const string Find =
        $"""
        SELECT row_id AS RowId, lookup AS Lookup, lookup_version AS LookupVersion, master_version AS MasterVersion, salt AS Salt, box AS Box,
               realm AS Realm, application AS Application, owner AS Owner, owner_version AS OwnerVersion, metadata AS Metadata,
               attempt AS Attempt, segments AS Segments, size AS Size, created_at AS CreatedAt,
               record AS Record, record_version AS RecordVersion, mask AS Mask, expires_at AS ExpiresAt
        FROM tokens WHERE {NotExpired} AND lookup
        """;

    // One key version is the rule. With an array the server would plan anew each time, which takes longer than the search.
    private const string FindOne = $"{Find} = @lookup";
    private const string FindAny = $"{Find} = ANY (@lookups)";

    // Not made again where its end is unknown: the token that nobody heard of hurts nobody, and the client asks for another.
    public Task<SessionStanding> AddTokenAsync(
        TokenRecord token, SessionRecord session, GrantRecord grant, TicketRecord upload, long now, CancellationToken cancellation) => WriteAsync(
        async connection => Enum.Parse<SessionStanding>(await BehindLockAsync<string>(connection, AddToken, With(
            [.. ParametersOf(token), .. ParametersOf(session, now),
            ("grantSession", grant.Session), ("grantToken", grant.TokenRowId), ("grantEnd", grant.ExpiresAt),
            ("ticket", upload.Ticket), ("ticketSession", upload.Session), ("ticketToken", upload.TokenRowId), ("use", (int)upload.Use),
            ("ticketEnd", upload.ExpiresAt), ("ticketMaster", upload.Token.MasterVersion), ("ticketSalt", upload.Token.Salt), ("ticketBox", upload.Token.Box)]))),
        Repeating.IsWrong,
        cancellation);

    public async ValueTask<TokenRecord?> FindTokenAsync(IReadOnlyCollection<byte[]> lookups, long now, CancellationToken cancellation) =>
        (await ReadAsync(
            connection => lookups.Count == 1
                ? connection.QueryFirstOrDefaultAsync<TokenRow>(FindOne, With(("lookup", lookups.First()), ("now", now)))
                : connection.QueryFirstOrDefaultAsync<TokenRow>(FindAny, With(("lookups", lookups.ToArray()), ("now", now))),
            cancellation))?.ToRecord();

    private static (string Name, object? Value)[] ParametersOf(SessionRecord session, long now) =>
        [("lock", LockOf(session.Session)), ("session", session.Session), ("subject", session.Subject), ("statedEnd", session.ExpiresAt), ("now", now)];

    private static (string Name, object? Value)[] ParametersOf(TokenRecord token) =>
    [
        ("rowId", token.RowId), ("lookup", token.Lookup.Hash), ("lookupVersion", token.Lookup.Version),
        ("master", token.DataKey.MasterVersion), ("salt", token.DataKey.Salt), ("box", token.DataKey.Box),
        ("realm", token.Realm), ("application", token.Application), ("owner", token.Owner.Hash), ("ownerVersion", token.Owner.Version),
        ("metadata", token.SealedMetadata), ("createdAt", token.CreatedAt),
        ("attempt", token.Value?.Attempt), ("segmentCount", token.Value?.Segments), ("size", token.Value?.Size),
        ("record", token.Record?.Hash), ("recordVersion", token.Record?.Version), ("mask", token.SealedMask), ("tokenEnd", token.ExpiresAt),
    ];
}
