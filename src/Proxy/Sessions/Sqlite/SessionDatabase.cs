using System.Collections.Concurrent;
using System.Globalization;
using AuthProxy.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace AuthProxy.Proxy.Sessions.Sqlite;

/// <summary>The database file: one connection that writes, behind a gate, and as many that read as there are readers at once.</summary>
internal sealed class SessionDatabase : IAsyncDisposable
{
    private const int SchemaVersion = 2;

    private readonly string _connectionString;
    private readonly SqliteConnection _writer;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ConcurrentBag<SessionReader> _readers = [];
    private volatile bool _disposed;

    private SessionDatabase(string connectionString, SqliteConnection writer)
    {
        _connectionString = connectionString;
        _writer = writer;
    }

    /// <summary>Opens the file, made for its owner alone where it is not there yet, and brings its tables up to date.</summary>
    public static SessionDatabase Open(string path)
    {
        SqliteLibrary.EnsureLoaded();
        try
        {
            CreateForOwnerOnly(path);
            var connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
            var writer = Connect(connectionString);
            Migrate(writer);
            return new SessionDatabase(connectionString, writer);
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new SessionStoreException($"{path}: cannot be opened ({fault.Message})", fault);
        }
    }

    /// <summary>The library answers within the call: what it waits for is a file, not a server.</summary>
    public T Read<T>(Func<SessionReader, T> query)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            var reader = _readers.TryTake(out var idle) ? idle : new SessionReader(Connect(_connectionString));
            try
            {
                var result = query(reader);
                _readers.Add(reader);
                return result;
            }
            catch
            {
                reader.Dispose();
                throw;
            }
        }
        catch (SqliteException fault)
        {
            throw Unavailable(fault);
        }
    }

    /// <summary>All of it happens, on disk, or none of it.</summary>
    public async ValueTask<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            using var transaction = _writer.BeginTransaction(deferred: false);
            var result = work(_writer);
            transaction.Commit();
            return result;
        }
        catch (SqliteException fault)
        {
            throw Unavailable(fault);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        await _writing.WaitAsync();
        _disposed = true;
        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        await _writer.DisposeAsync();
        _writing.Release();
    }

    public static SqliteCommand Command(SqliteConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue("$" + (i + 1).ToString(CultureInfo.InvariantCulture), values[i]);
        }

        return command;
    }

    public static int Execute(SqliteConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        using var command = Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    // The message of the library names tables and codes, never what is in a row.
    private static SessionStoreException Unavailable(SqliteException fault) =>
        new($"the session database does not answer ({fault.SqliteErrorCode}/{fault.SqliteExtendedErrorCode})", fault);

    private static SqliteConnection Connect(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();

            // A logout that a power failure undoes would bring a session back: every commit reaches the disk.
            Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA secure_delete = ON;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void CreateForOwnerOnly(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        if (!File.Exists(path) && !OperatingSystem.IsWindows())
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
            new FileStream(path, options).Dispose();
        }
    }

    private static void Migrate(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        using var ask = Command(connection, "PRAGMA user_version");
        var version = (long)ask.ExecuteScalar()!;
        if (version > SchemaVersion)
        {
            throw new SessionStoreException($"the session database has schema {version}; this version knows {SchemaVersion}");
        }

        if (version < 1)
        {
            Execute(connection, SessionTables.Version1);
        }

        if (version < 2)
        {
            Execute(connection, SessionTables.Version2);
        }

        Execute(connection, $"PRAGMA user_version = {SchemaVersion}");
        transaction.Commit();
    }
}
