using Dapper;
using Npgsql;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

internal sealed partial class PostgresStore
{
    public ValueTask<StoredKeys> ReadKeysAsync(CancellationToken cancellation) => ReadAsync(ReadKeysAsync, cancellation);

    // Alone: of replicas that start at once with different keys, the first one's are the database's, and all of them.
    public Task<StoredKeys> AddKeysAsync(StoredKeys keys, CancellationToken cancellation) => WriteAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            await connection.ExecuteAsync("LOCK TABLE master_keys IN SHARE ROW EXCLUSIVE MODE");
            if ((await ReadKeysAsync(connection)).AreKnownTo(keys))
            {
                await AddKeysAsync(connection, keys);
            }

            var all = await ReadKeysAsync(connection);
            await transaction.CommitAsync(CancellationToken.None);
            return all;
        },
        Repeating.IsHarmless,
        cancellation);

    private static async Task AddKeysAsync(NpgsqlConnection connection, StoredKeys keys)
    {
        foreach (var key in keys.MasterKeys)
        {
            await connection.ExecuteAsync(
                "INSERT INTO master_keys (version, check_value) VALUES (@version, @check) ON CONFLICT (version) DO NOTHING",
                With(("version", key.Version), ("check", key.Check)));
        }

        foreach (var key in keys.LookupKeys)
        {
            await connection.ExecuteAsync(
                """
                INSERT INTO lookup_keys (purpose, version, row_id, master_version, salt, box)
                VALUES (@purpose, @version, @rowId, @master, @salt, @box) ON CONFLICT (purpose, version) DO NOTHING
                """,
                With(("purpose", key.Purpose), ("version", key.Version), ("rowId", key.RowId), ("master", key.MasterVersion), ("salt", key.Salt), ("box", key.Box)));
        }
    }

    private static async Task<StoredKeys> ReadKeysAsync(NpgsqlConnection connection) => new(
        [.. (await connection.QueryAsync<MasterKeyRow>("SELECT version AS Version, check_value AS CheckValue FROM master_keys ORDER BY version"))
            .Select(row => row.ToCheck())],
        [.. (await connection.QueryAsync<LookupKeyRow>(
                """
                SELECT purpose AS Purpose, version AS Version, row_id AS RowId, master_version AS MasterVersion, salt AS Salt, box AS Box
                FROM lookup_keys ORDER BY purpose, version
                """))
            .Select(row => row.ToKey())]);
}
