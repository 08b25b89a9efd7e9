using Dapper;
using Microsoft.Data.Sqlite;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

internal sealed partial class SqliteStore
{
    public ValueTask<StoredKeys> ReadKeysAsync(CancellationToken cancellation) => ValueTask.FromResult(Read(ReadKeys));

    public Task<StoredKeys> AddKeysAsync(StoredKeys keys, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
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
            .Select(row => new MasterKeyCheck(row.Version, row.CheckValue))],
        [.. connection.Query<LookupKeyRow>(
                """
                SELECT purpose AS Purpose, version AS Version, row_id AS RowId, master_version AS MasterVersion, salt AS Salt, box AS Box
                FROM lookup_keys ORDER BY purpose, version
                """)
            .Select(row => new StoredLookupKey(row.Purpose, row.Version, row.RowId, row.MasterVersion, row.Salt, row.Box))]);

    internal sealed class MasterKeyRow
    {
        public int Version { get; set; }

        public byte[] CheckValue { get; set; } = [];
    }

    internal sealed class LookupKeyRow
    {
        public string Purpose { get; set; } = "";

        public int Version { get; set; }

        public byte[] RowId { get; set; } = [];

        public int MasterVersion { get; set; }

        public byte[] Salt { get; set; } = [];

        public byte[] Box { get; set; } = [];
    }
}
