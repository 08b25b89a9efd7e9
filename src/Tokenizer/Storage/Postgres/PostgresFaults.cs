using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace AuthProxy.Tokenizer.Storage.Postgres;

/// <summary>What the driver's exceptions mean for us.</summary>
internal static class PostgresFaults
{
    public static bool IsOne(Exception fault) =>
        fault is NpgsqlException or TimeoutException or SocketException or IOException or AuthenticationException or ObjectDisposedException;

    /// <summary>Whether the server has taken everything back, so that the same transaction may run again.</summary>
    public static bool LeftNothing(Exception fault) => fault is PostgresException
    {
        SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.ReadOnlySqlTransaction,
    };

    /// <summary>Whether it may be better in a moment. It says nothing about what was committed.</summary>
    public static bool MayPass(Exception fault) => fault switch
    {
        PostgresException refused => refused.IsTransient || IsShutdown(refused),
        NpgsqlException { InnerException: AuthenticationException } => false,
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => false,
        NpgsqlException lost => lost.IsTransient,
        SocketException { SocketErrorCode: SocketError.HostNotFound } => false,
        _ => fault is SocketException or IOException,
    };

    /// <summary>Whether the server, or the way to it, went away under open connections.</summary>
    public static bool BreaksConnections(Exception fault) => fault switch
    {
        PostgresException refused => IsShutdown(refused) || refused.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction,
        NpgsqlException { InnerException: IOException or SocketException } or IOException or SocketException => true,
        _ => false,
    };

    /// <summary>Goes on after "PostgreSQL (where)"; says nothing that was in a statement.</summary>
    public static string Describe(Exception fault) => fault switch
    {
        PostgresException refused => Describe(refused),
        NpgsqlException { InnerException: AuthenticationException tls } => $"cannot prove who it is: {tls.Message}",
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => "did not answer in time, or all connections were in use for too long",
        NpgsqlException { InnerException: SocketException unreachable } => $"cannot be reached: {unreachable.Message}",
        SocketException unreachable => $"cannot be reached: {unreachable.Message}",
        ObjectDisposedException => "is no longer used: the service is ending",
        _ => $"failed: {fault.Message}",
    };

    private static string Describe(PostgresException fault) => fault.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword => "refuses the user's password",
        PostgresErrorCodes.InvalidAuthorizationSpecification => $"does not let the user in: {fault.MessageText}",
        PostgresErrorCodes.InvalidCatalogName => "has no such database; create it first",
        PostgresErrorCodes.InvalidSchemaName => "has no schema there that the user may use: make it, grant USAGE and CREATE on it, or name another in Search Path",
        PostgresErrorCodes.InsufficientPrivilege => $"gives the user too few rights: {fault.MessageText}; see docs/postgresql.md, Roles",
        PostgresErrorCodes.TooManyConnections => "has no connection left; lower postgres.connections or raise max_connections",
        PostgresErrorCodes.ReadOnlySqlTransaction => "takes no writes: it is a standby, or was made read-only",
        PostgresErrorCodes.QueryCanceled => "took longer than postgres.timeout",
        _ => $"refused ({fault.SqlState}): {fault.MessageText}",
    };

    private static bool IsShutdown(PostgresException fault) => fault.SqlState is
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow;
}
