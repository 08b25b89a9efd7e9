using Dapper;
using Npgsql;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

internal sealed partial class PostgresStore
{
    /// <summary>Whoever seals something shares the lock of this number with the others; whoever changes which versions may seal has it alone.</summary>
    private const string KeysLock = "5576412840112550257";

    private const string LockKeys = $"SELECT 1 FROM pg_advisory_xact_lock_shared({KeysLock})";

    private const string LockKeysAlone = $"SELECT 1 FROM pg_advisory_xact_lock({KeysLock})";

    /// <summary>The version that a row is sealed under. One that is retired, or was never registered, is NULL here, and no row may hold that.</summary>
    private const string Usable = "(SELECT version FROM master_keys WHERE version = @master AND retired_at IS NULL)";

    public ValueTask<StoredKeys> ReadKeysAsync(CancellationToken cancellation) => ReadAsync(ReadKeysAsync, cancellation);

    // Alone: of replicas that start at once with different keys, the first one's are the database's, and all of them.
    public Task<StoredKeys> AddKeysAsync(StoredKeys keys, CancellationToken cancellation) => WriteAsync(
        connection => InTransactionAsync(connection, LockKeysAlone, async () =>
        {
            var stored = await ReadKeysAsync(connection);
            if (stored.AreKnownTo(keys))
            {
                await AddKeysAsync(connection, stored, keys);
            }

            return await ReadKeysAsync(connection);
        }),
        Repeating.IsHarmless,
        cancellation);

    private static async Task AddKeysAsync(NpgsqlConnection connection, StoredKeys stored, StoredKeys keys)
    {
        if (stored.MasterKeys.Count == 0 && keys.Sealing is { } newest)
        {
            await RegisterAsync(connection, newest);
        }

        foreach (var key in keys.LookupKeys)
        {
            await connection.ExecuteAsync(
                $"""
                INSERT INTO lookup_keys (purpose, version, row_id, master_version, salt, box)
                VALUES (@purpose, @version, @rowId, {Usable}, @salt, @box) ON CONFLICT (purpose, version) DO NOTHING
                """,
                With(("purpose", key.Purpose), ("version", key.Version), ("rowId", key.RowId), ("master", key.MasterVersion), ("salt", key.Salt), ("box", key.Box)));
        }
    }

    private static Task<int> RegisterAsync(NpgsqlConnection connection, MasterKeyCheck key) => connection.ExecuteAsync(
        "INSERT INTO master_keys (version, check_value) VALUES (@version, @check) ON CONFLICT (version) DO NOTHING",
        With(("version", key.Version), ("check", key.Check)));

    private static async Task<StoredKeys> ReadKeysAsync(NpgsqlConnection connection) => new(
        [.. (await connection.QueryAsync<MasterKeyRow>("SELECT version AS Version, check_value AS CheckValue, retired_at AS RetiredAt FROM master_keys ORDER BY version"))
            .Select(row => row.ToCheck())],
        [.. (await connection.QueryAsync<LookupKeyRow>(
                """
                SELECT purpose AS Purpose, version AS Version, row_id AS RowId, master_version AS MasterVersion, salt AS Salt, box AS Box
                FROM lookup_keys ORDER BY purpose, version
                """))
            .Select(row => row.ToKey())]);
}
