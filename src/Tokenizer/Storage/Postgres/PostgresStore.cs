using System.Buffers.Binary;
using AuthProxy.Tokenizer.Configuration;
using Dapper;
using Npgsql;

namespace AuthProxy.Tokenizer.Storage.Postgres;

/// <summary>The store of many replicas over one PostgreSQL.</summary>
/// <remarks>
/// Whatever changes what a session holds first takes the session's lock: shared with others of the kind, or alone to end it. The statements
/// behind the lock see everything that was committed before it was had (read committed: each statement looks anew), so the end of a session
/// wins as surely as with one writer. Lock and statements go out together and are one transaction: one round trip, and no connection is ever
/// held while somebody is waited for.
/// </remarks>
internal sealed partial class PostgresStore : ITokenStore
{
    /// <summary>For statements whose transaction may run beside others of the same session.</summary>
    private const string LockSession = "SELECT 1 FROM pg_advisory_xact_lock_shared(@lock);\n";

    /// <summary>
    /// Beside a lock, for what is answered only when a line of the audit that was written after it is on the disk. The server's log has one
    /// order: that line takes along whatever stands before it, to a synchronous standby too. Waiting for the disk twice would promise nothing more.
    /// </summary>
    private const string UntilAudited = "set_config('synchronous_commit', 'off', true) AS disk";

    /// <summary>For grants. Their line of the audit is waited for.</summary>
    private const string LockToGrant = $"SELECT 1 FROM pg_advisory_xact_lock_shared(@lock) AS session, {UntilAudited};\n";

    /// <summary>For tokens and tickets, which are sealed besides: both locks by one statement. Their line of the audit is waited for.</summary>
    private const string LockToSeal = $"SELECT 1 FROM pg_advisory_xact_lock_shared(@lock) AS session, pg_advisory_xact_lock_shared({KeysLock}) AS keys, {UntilAudited};\n";

    /// <summary>For statements that end a session.</summary>
    private const string LockSessionAlone = "SELECT 1 FROM pg_advisory_xact_lock(@lock);\n";

    private readonly PostgresDoor _door;

    private PostgresStore(PostgresDoor door) => _door = door;

    public static PostgresStore Open(PostgresSettings settings, TimeProvider clock) => new(PostgresDoor.Open(settings, clock));

    public Task MigrateAsync(CancellationToken cancellation) => _door.RunAsync(
        connection => PostgresMigrations.ApplyAsync(connection, cancellation), Repeating.IsHarmless, cancellation);

    public async ValueTask PingAsync(CancellationToken cancellation)
    {
        var writable = await ReadAsync(
            connection => connection.QuerySingleAsync<bool>("SELECT EXISTS (SELECT FROM schema_version) AND NOT pg_is_in_recovery()"), cancellation);
        if (!writable)
        {
            throw new StoreUnavailableException("PostgreSQL is a standby now and takes no writes, or its tables are not ours");
        }
    }

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    private ValueTask<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> query, CancellationToken cancellation) =>
        new(_door.RunAsync(query, Repeating.IsHarmless, cancellation));

    private Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> change, Repeating repeating, CancellationToken cancellation) =>
        _door.RunAsync(change, repeating, cancellation);

    /// <summary>The one row that statements behind a session's lock answer with.</summary>
    private static async Task<T> BehindLockAsync<T>(NpgsqlConnection connection, string sql, DynamicParameters parameters)
    {
        await using var results = await connection.QueryMultipleAsync(sql, parameters);
        _ = await results.ReadAsync<int>();
        return await results.ReadSingleAsync<T>();
    }

    // Two sessions with the same first half only wait for each other a little more.
    private static long LockOf(byte[] session) => BinaryPrimitives.ReadInt64BigEndian(session);
}
