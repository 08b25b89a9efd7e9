using Dapper;
using Npgsql;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

internal sealed partial class PostgresStore
{
    /// <summary>Counting a very large table takes longer than any request may.</summary>
    private const int LongCount = 600;

    private const string Report =
        """
        INSERT INTO replicas (replica, name, master_keys, sealing, seen_at) VALUES (@replica, @name, @keys, @sealing, @seenAt)
        ON CONFLICT (replica) DO UPDATE
        SET name = excluded.name, master_keys = excluded.master_keys, sealing = excluded.sealing, seen_at = excluded.seen_at;
        DELETE FROM replicas WHERE seen_at < @forgotten
        """;

    private const string Retire =
        """
        UPDATE master_keys SET retired_at = @now
        WHERE version = @version AND retired_at IS NULL
          AND version < (SELECT MAX(version) FROM master_keys)
          AND NOT EXISTS (SELECT FROM tokens WHERE master_version = @version)
          AND NOT EXISTS (SELECT FROM tickets WHERE master_version = @version)
          AND NOT EXISTS (SELECT FROM lookup_keys WHERE master_version = @version)
          AND NOT EXISTS (SELECT FROM replicas WHERE sealing <= @version AND seen_at >= @since)
        """;

    private const string Uses =
        """
        SELECT version AS Version,
               (SELECT COUNT(*) FROM tokens WHERE master_version = master_keys.version) AS Tokens,
               (SELECT COUNT(*) FROM tickets WHERE master_version = master_keys.version) AS Tickets,
               (SELECT COUNT(*) FROM lookup_keys WHERE master_version = master_keys.version) AS LookupKeys
        FROM master_keys ORDER BY version
        """;

    public Task<StoredKeys> ReportReplicaAsync(ReplicaReport report, CancellationToken cancellation) => WriteAsync(
        connection => InTransactionAsync(connection, LockKeys, async () =>
        {
            await connection.ExecuteAsync(Report, ReplicaRow.Parameters(report));
            return await ReadKeysAsync(connection);
        }),
        Repeating.IsHarmless,
        cancellation);

    public async Task RemoveReplicaAsync(byte[] id, CancellationToken cancellation) => _ = await WriteAsync(
        connection => connection.ExecuteAsync("DELETE FROM replicas WHERE replica = @id", With(("id", id))), Repeating.IsHarmless, cancellation);

    public ValueTask<IReadOnlyList<ReplicaReport>> ReadReplicasAsync(long since, CancellationToken cancellation) =>
        ReadAsync(connection => ReadReplicasAsync(connection, since), cancellation);

    public Task<IReadOnlyList<ReplicaReport>> ActivateMasterKeyAsync(MasterKeyCheck key, long since, CancellationToken cancellation) => WriteAsync(
        connection => InTransactionAsync(connection, LockKeysAlone, async () =>
        {
            IReadOnlyList<ReplicaReport> without = [.. (await ReadReplicasAsync(connection, since)).Where(replica => !replica.Has(key))];
            if (without.Count == 0)
            {
                await RegisterAsync(connection, key);
            }

            return without;
        }),
        Repeating.IsHarmless,
        cancellation);

    public ValueTask<IReadOnlyList<SealedRow>> ReadSealedAsync(SealedKind kind, byte[] after, int limit, CancellationToken cancellation)
    {
        // By the primary key and whatever the version: the plan is the same on every table, and no page reads more than its rows.
        var (table, id) = kind.Place();
        return ReadAsync<IReadOnlyList<SealedRow>>(
            async connection => [.. (await connection.QueryAsync<SealedRowRow>(
                $"SELECT {id} AS Id, master_version AS MasterVersion, salt AS Salt, box AS Box FROM {table} WHERE {id} > @after ORDER BY {id} LIMIT @limit",
                With(("after", after), ("limit", limit)))).Select(row => row.ToRow())],
            cancellation);
    }

    public Task<int> ReplaceSealedAsync(SealedKind kind, IReadOnlyList<Resealed> rows, CancellationToken cancellation)
    {
        var (table, id) = kind.Place();
        var master = rows.Select(row => row.Secret.MasterVersion).Distinct().Single();
        return WriteAsync(
            connection => InTransactionAsync(connection, LockKeys, () => connection.ExecuteAsync(
                $"""
                WITH given AS (SELECT * FROM unnest(@ids, @reads, @salts, @boxes) AS given (id, read, salt, box)),
                mine AS (
                    SELECT {table}.{id} AS id, given.salt, given.box FROM {table} JOIN given ON {table}.{id} = given.id AND {table}.box = given.read
                    FOR UPDATE OF {table} SKIP LOCKED)
                UPDATE {table} SET master_version = {Usable}, salt = mine.salt, box = mine.box FROM mine WHERE {table}.{id} = mine.id
                """,
                With(
                    ("master", master), ("ids", Each(rows, row => row.Row.Id)), ("reads", Each(rows, row => row.Row.Secret.Box)),
                    ("salts", Each(rows, row => row.Secret.Salt)), ("boxes", Each(rows, row => row.Secret.Box))))),
            Repeating.IsHarmless,
            cancellation);
    }

    public Task<bool> ReplaceLookupKeyAsync(StoredLookupKey read, StoredLookupKey resealed, CancellationToken cancellation) => WriteAsync(
        connection => InTransactionAsync(connection, LockKeys, async () => await connection.ExecuteAsync(
            $"UPDATE lookup_keys SET master_version = {Usable}, salt = @salt, box = @box WHERE purpose = @purpose AND version = @version AND box = @read",
            With(
                ("master", resealed.MasterVersion), ("salt", resealed.Salt), ("box", resealed.Box), ("purpose", read.Purpose), ("version", read.Version),
                ("read", read.Box))) == 1),
        Repeating.IsHarmless,
        cancellation);

    public ValueTask<IReadOnlyList<MasterKeyUse>> CountMasterKeyUsesAsync(CancellationToken cancellation) => ReadAsync<IReadOnlyList<MasterKeyUse>>(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            await connection.ExecuteAsync($"SET LOCAL statement_timeout = '{LongCount}s'");
            return [.. (await connection.QueryAsync<MasterKeyUseRow>(Uses, commandTimeout: LongCount)).Select(row => row.ToUse())];
        },
        cancellation);

    public Task<bool> RetireMasterKeyAsync(int version, long now, long since, CancellationToken cancellation) => WriteAsync(
        connection => InTransactionAsync(
            connection, LockKeysAlone, async () => await connection.ExecuteAsync(Retire, With(("version", version), ("now", now), ("since", since))) == 1),
        Repeating.IsHarmless,
        cancellation);

    private static byte[][] Each(IReadOnlyList<Resealed> rows, Func<Resealed, byte[]> field) => [.. rows.Select(field)];

    private static async Task<IReadOnlyList<ReplicaReport>> ReadReplicasAsync(NpgsqlConnection connection, long since) =>
        [.. (await connection.QueryAsync<ReplicaRow>(
            "SELECT replica AS Replica, name AS Name, master_keys AS MasterKeys, sealing AS Sealing, seen_at AS SeenAt FROM replicas WHERE seen_at >= @since ORDER BY name, replica",
            With(("since", since)))).Select(row => row.ToReport())];

    /// <summary>What is read under the lock was committed before it was had.</summary>
    private static async Task<T> InTransactionAsync<T>(NpgsqlConnection connection, string takeLock, Func<Task<T>> work)
    {
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        await connection.ExecuteAsync(takeLock);
        var result = await work();
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    }
}
