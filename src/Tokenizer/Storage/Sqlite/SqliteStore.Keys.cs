using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    /// <summary>The version that a row is sealed under. One that is retired, or was never registered, is NULL here, and no row may hold that.</summary>
    private const string Usable = "(SELECT version FROM master_keys WHERE version = @master AND retired_at IS NULL)";

    public ValueTask<StoredKeys> ReadKeysAsync(CancellationToken cancellation) => ValueTask.FromResult(Read(ReadKeys));

    public Task<StoredKeys> AddKeysAsync(StoredKeys keys, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            var stored = ReadKeys(connection);
            if (!stored.AreKnownTo(keys))
            {
                return stored;
            }

            if (stored.MasterKeys.Count == 0 && keys.Sealing is { } newest)
            {
                Register(connection, newest);
            }

            foreach (var key in keys.LookupKeys)
            {
                connection.Execute(
                    $"""
                    INSERT OR IGNORE INTO lookup_keys (purpose, version, row_id, master_version, salt, box)
                    VALUES (@purpose, @version, @rowId, {Usable}, @salt, @box)
                    """,
                    With(("purpose", key.Purpose), ("version", key.Version), ("rowId", key.RowId), ("master", key.MasterVersion), ("salt", key.Salt), ("box", key.Box)));
            }

            return ReadKeys(connection);
        },
        cancellation);

    private static void Register(SqliteConnection connection, MasterKeyCheck key) => connection.Execute(
        "INSERT OR IGNORE INTO master_keys (version, check_value) VALUES (@version, @check)", With(("version", key.Version), ("check", key.Check)));

    internal static StoredKeys ReadKeys(SqliteConnection connection) => new(
        [.. connection.Query<MasterKeyRow>("SELECT version AS Version, check_value AS CheckValue, retired_at AS RetiredAt FROM master_keys ORDER BY version")
            .Select(row => row.ToCheck())],
        [.. connection.Query<LookupKeyRow>(
                """
                SELECT purpose AS Purpose, version AS Version, row_id AS RowId, master_version AS MasterVersion, salt AS Salt, box AS Box
                FROM lookup_keys ORDER BY purpose, version
                """)
            .Select(row => row.ToKey())]);
}
