using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    public ValueTask<StoredKeys> ReadKeysAsync(CancellationToken cancellation) => ValueTask.FromResult(Read(ReadKeys));

    public Task<StoredKeys> AddKeysAsync(StoredKeys keys, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            var stored = ReadKeys(connection);
            if (!stored.AreKnownTo(keys))
            {
                return stored;
            }

            foreach (var key in keys.MasterKeys)
            {
                connection.Execute(
                    "INSERT OR IGNORE INTO master_keys (version, check_value) VALUES (@version, @check)",
                    With(("version", key.Version), ("check", key.Check)));
            }

            foreach (var key in keys.LookupKeys)
            {
                connection.Execute(
                    """
                    INSERT OR IGNORE INTO lookup_keys (purpose, version, row_id, master_version, salt, box)
                    VALUES (@purpose, @version, @rowId, @master, @salt, @box)
                    """,
                    With(("purpose", key.Purpose), ("version", key.Version), ("rowId", key.RowId), ("master", key.MasterVersion), ("salt", key.Salt), ("box", key.Box)));
            }

            return ReadKeys(connection);
        },
        cancellation);

    private static StoredKeys ReadKeys(SqliteConnection connection) => new(
        [.. connection.Query<MasterKeyRow>("SELECT version AS Version, check_value AS CheckValue FROM master_keys ORDER BY version")
            .Select(row => row.ToCheck())],
        [.. connection.Query<LookupKeyRow>(
                """
                SELECT purpose AS Purpose, version AS Version, row_id AS RowId, master_version AS MasterVersion, salt AS Salt, box AS Box
                FROM lookup_keys ORDER BY purpose, version
                """)
            .Select(row => row.ToKey())]);
}
