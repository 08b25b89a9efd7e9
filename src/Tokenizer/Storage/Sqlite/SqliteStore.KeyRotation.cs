using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    public Task<StoredKeys> ReportReplicaAsync(ReplicaReport report, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            connection.Execute(
                """
                INSERT OR REPLACE INTO replicas (replica, name, master_keys, sealing, seen_at) VALUES (@replica, @name, @keys, @sealing, @seenAt);
                DELETE FROM replicas WHERE seen_at < @forgotten
                """,
                ReplicaRow.Parameters(report));
            return ReadKeys(connection);
        },
        cancellation);

    public async Task RemoveReplicaAsync(byte[] id, CancellationToken cancellation) => _ = await WriteAsync(
        connection => connection.Execute("DELETE FROM replicas WHERE replica = @id", With(("id", id))), cancellation);

    public ValueTask<IReadOnlyList<ReplicaReport>> ReadReplicasAsync(long since, CancellationToken cancellation) =>
        ValueTask.FromResult(Read(connection => ReadReplicas(connection, since)));

    public Task<IReadOnlyList<ReplicaReport>> ActivateMasterKeyAsync(MasterKeyCheck key, long since, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            IReadOnlyList<ReplicaReport> without = [.. ReadReplicas(connection, since).Where(replica => !replica.Has(key))];
            if (without.Count == 0)
            {
                Register(connection, key);
            }

            return without;
        },
        cancellation);

    public ValueTask<IReadOnlyList<SealedRow>> ReadSealedAsync(SealedKind kind, byte[] after, int limit, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<SealedRow>>(Read(connection => ReadSealed(connection, kind, after, limit)));

    public Task<int> ReplaceSealedAsync(SealedKind kind, IReadOnlyList<Resealed> rows, CancellationToken cancellation)
    {
        var (table, id) = kind.Place();
        return WriteAsync(
            connection => rows.Sum(row => connection.Execute(
                $"UPDATE {table} SET master_version = {Usable}, salt = @salt, box = @box WHERE {id} = @id AND box = @read",
                With(
                    ("master", row.Secret.MasterVersion), ("salt", row.Secret.Salt), ("box", row.Secret.Box), ("id", row.Row.Id), ("read", row.Row.Secret.Box)))),
            cancellation);
    }

    public Task<bool> ReplaceLookupKeyAsync(StoredLookupKey read, StoredLookupKey resealed, CancellationToken cancellation) => WriteAsync(
        connection => connection.Execute(
            $"UPDATE lookup_keys SET master_version = {Usable}, salt = @salt, box = @box WHERE purpose = @purpose AND version = @version AND box = @read",
            With(
                ("master", resealed.MasterVersion), ("salt", resealed.Salt), ("box", resealed.Box), ("purpose", read.Purpose), ("version", read.Version),
                ("read", read.Box))) == 1,
        cancellation);

    public ValueTask<IReadOnlyList<MasterKeyUse>> CountMasterKeyUsesAsync(CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<MasterKeyUse>>(Read(connection => connection.Query<MasterKeyUseRow>(
            """
            SELECT master_keys.version AS Version,
                   (SELECT COUNT(*) FROM tokens WHERE master_version = master_keys.version) AS Tokens,
                   (SELECT COUNT(*) FROM tickets WHERE master_version = master_keys.version) AS Tickets,
                   (SELECT COUNT(*) FROM lookup_keys WHERE master_version = master_keys.version) AS LookupKeys
            FROM master_keys ORDER BY version
            """)
            .Select(row => row.ToUse()).ToArray()));

    public Task<bool> RetireMasterKeyAsync(int version, long now, long since, CancellationToken cancellation) => WriteAsync(
        connection => connection.Execute(
            """
            UPDATE master_keys SET retired_at = @now
            WHERE version = @version AND retired_at IS NULL
              AND version < (SELECT MAX(version) FROM master_keys)
              AND NOT EXISTS (SELECT 1 FROM tokens WHERE master_version = @version)
              AND NOT EXISTS (SELECT 1 FROM tickets WHERE master_version = @version)
              AND NOT EXISTS (SELECT 1 FROM lookup_keys WHERE master_version = @version)
              AND NOT EXISTS (SELECT 1 FROM replicas WHERE sealing <= @version AND seen_at >= @since)
            """,
            With(("version", version), ("now", now), ("since", since))) == 1,
        cancellation);

    internal static SealedRow[] ReadSealed(SqliteConnection connection, SealedKind kind, byte[] after, int limit)
    {
        var (table, id) = kind.Place();
        return [.. connection.Query<SealedRowRow>(
            $"SELECT {id} AS Id, master_version AS MasterVersion, salt AS Salt, box AS Box FROM {table} WHERE {id} > @after ORDER BY {id} LIMIT @limit",
            With(("after", after), ("limit", limit))).Select(row => row.ToRow())];
    }

    private static IReadOnlyList<ReplicaReport> ReadReplicas(SqliteConnection connection, long since) =>
        [.. connection.Query<ReplicaRow>(
            "SELECT replica AS Replica, name AS Name, master_keys AS MasterKeys, sealing AS Sealing, seen_at AS SeenAt FROM replicas WHERE seen_at >= @since ORDER BY name, replica",
            With(("since", since))).Select(row => row.ToReport())];
}
