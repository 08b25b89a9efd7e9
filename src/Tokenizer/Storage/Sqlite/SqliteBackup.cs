using AuthProxy.Tokenizer.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

/// <summary>
/// A copy of the database as it was at one moment, made while the service runs on. It holds what must not be lost, and nothing that would let
/// anybody at a value again: no grant, no session, no ticket, no login and no remembered answer. No master key is in it, as in every database.
/// </summary>
internal static class SqliteBackup
{
    // What was deleted is overwritten, not only forgotten. Ends of sessions and spent marks stay: they only ever refuse.
    private const string Strip =
        """
        PRAGMA journal_mode = DELETE;
        PRAGMA secure_delete = ON;
        BEGIN IMMEDIATE;
        DELETE FROM grants;
        DELETE FROM tickets;
        DELETE FROM sessions;
        DELETE FROM logins;
        DELETE FROM remembered_answers;
        DELETE FROM attempts;
        DELETE FROM abandoned;
        DELETE FROM replicas;
        DELETE FROM segments WHERE attempt NOT IN (SELECT attempt FROM tokens WHERE attempt IS NOT NULL);
        UPDATE audit_chains SET holder = NULL, held_until = 0;
        CREATE TABLE backup (made_at INTEGER NOT NULL);
        INSERT INTO backup (made_at) VALUES (@now);
        COMMIT
        """;

    /// <summary>Writes the copy, checks it, and only then gives it its name.</summary>
    /// <param name="now">Milliseconds since 1970.</param>
    /// <exception cref="BackupException">There is a file of that name, the copy cannot be written, or it is not good.</exception>
    public static BackupReport Write(string database, string target, MasterKeys masterKeys, long now)
    {
        using var unfinished = UnfinishedFile.For(target);
        Guarded($"the backup cannot be written to {target}", () =>
        {
            using var source = Open(database, SqliteOpenMode.ReadOnly);
            using var copy = Open(unfinished.Path, SqliteOpenMode.ReadWrite);
            source.BackupDatabase(copy);
            copy.Execute(Strip, With(("now", now)));
            return true;
        });
        var report = SqliteBackupCheck.Run(unfinished.Path, masterKeys);
        unfinished.Finish();
        return report;
    }

    public static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        Hosting.Storage.SqliteLibrary.EnsureLoaded();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 60 }.ToString());
        connection.Open();

        // Nothing that somebody else may have put into a schema runs.
        connection.Execute("PRAGMA trusted_schema = OFF");
        return connection;
    }

    /// <exception cref="BackupException">SQLite or the file system refuses.</exception>
    public static T Guarded<T>(string what, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"{what}: {fault.Message}");
        }
    }
}

/// <summary>What is in a backup.</summary>
/// <param name="MadeAt">Milliseconds since 1970.</param>
/// <param name="Tokens">How many tokens, each of which opens under the given master keys as far as that goes without it.</param>
internal sealed record BackupReport(long MadeAt, long Tokens);

/// <summary>Why there is no backup, or nothing was restored, in one sentence for the operator.</summary>
internal sealed class BackupException(string message) : Exception(message);
