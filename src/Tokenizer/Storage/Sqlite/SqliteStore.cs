using AuthProxy.Hosting.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

/// <summary>The store of the embedded default: one file, one process.</summary>
internal sealed partial class SqliteStore : ITokenStore
{
    private readonly string _connectionString;
    private readonly SqliteWriter _writer;

    private SqliteStore(string connectionString, SqliteWriter writer)
    {
        _connectionString = connectionString;
        _writer = writer;
    }

    /// <exception cref="StoreUnavailableException">The file cannot be opened or is not a database.</exception>
    public static SqliteStore Open(string path)
    {
        SqliteLibrary.EnsureLoaded();
        CreatePrivately(path);
        var connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, DefaultTimeout = 5 }.ToString();
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();

            // A tombstone or a value that was acknowledged must survive a power cut: WAL with NORMAL would not promise that.
            connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864");
        }
        catch (SqliteException fault)
        {
            connection.Dispose();
            throw new StoreUnavailableException($"{path} cannot be opened: {fault.Message}", fault);
        }

        return new SqliteStore(connectionString, new SqliteWriter(connection));
    }

    public async Task MigrateAsync(CancellationToken cancellation) => await _writer.RunAsync(SqliteMigrations.Apply, cancellation);

    public ValueTask PingAsync(CancellationToken cancellation)
    {
        _ = Read(connection => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM schema_version"));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        using var pool = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(pool);
    }

    // Readers see one snapshot per statement and never wait for the writer (WAL), so they run where they are called.
    private T Read<T>(Func<SqliteConnection, T> query)
    {
        try
        {
            using var connection = new SqliteConnection(_connectionString);
            connection.Open();
            return query(connection);
        }
        catch (SqliteException fault)
        {
            throw new StoreUnavailableException($"the database cannot be read: {fault.Message}", fault);
        }
    }

    private Task<T> WriteAsync<T>(Func<SqliteConnection, T> change, CancellationToken cancellation) => _writer.RunAsync(change, cancellation);

    // SQLite would create it readable for everybody; its journal files take over the mode of the database.
    private static void CreatePrivately(string path)
    {
        if (!File.Exists(path))
        {
            using var _ = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
    }
}
