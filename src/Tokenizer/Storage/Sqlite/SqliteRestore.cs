using System.Security.Cryptography;
using AuthProxy.Tokenizer.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

/// <summary>
/// Makes a backup the database. What was ended, spent or used up since the backup is unknown to it, so nothing from before counts any more: it
/// holds no grant and no session, a login that was begun before cannot be finished, and what proxies and applications signed before is too old
/// by the time that the database is there.
/// </summary>
internal sealed class SqliteRestore(TimeProvider clock)
{
    /// <summary>The longest life of an assertion or service token, and the clocks' difference that is let pass.</summary>
    public static readonly TimeSpan Fence = TimeSpan.FromSeconds(90);

    /// <param name="waiting">Is told when everything is done but the waiting.</param>
    /// <exception cref="BackupException">Nothing was restored.</exception>
    public async Task<BackupReport> RunAsync(string backup, string database, MasterKeys masterKeys, Action<TimeSpan> waiting, CancellationToken cancellation)
    {
        RefuseToOverwrite(database);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(database))!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var begun = clock.GetTimestamp();
        using var unfinished = UnfinishedFile.For(database);
        SqliteBackup.Guarded($"{backup} cannot be read", () =>
        {
            using var from = new FileStream(backup, FileMode.Open, FileAccess.Read);
            using var to = new FileStream(unfinished.Path, FileMode.Open, FileAccess.Write);
            from.CopyTo(to);
            return true;
        });
        var report = SqliteBackupCheck.Run(unfinished.Path, masterKeys);
        SqliteBackup.Guarded("the backup cannot be restored", () => MakeNew(unfinished.Path, masterKeys));

        if (Fence - clock.GetElapsedTime(begun) is var left && left > TimeSpan.Zero)
        {
            waiting(left);
            await Task.Delay(left, clock, cancellation);
        }

        unfinished.Finish();
        return report;
    }

    // A journal without its database would be played into the one that comes.
    private static void RefuseToOverwrite(string database)
    {
        foreach (var file in new[] { database, database + "-wal", database + "-shm", database + "-journal" })
        {
            if (File.Exists(file))
            {
                throw new BackupException($"{file} exists; stop the service and move it away: nothing is ever overwritten");
            }
        }
    }

    /// <summary>The key of sessions stays the same key under a new row id, to which logins under way are bound.</summary>
    private static bool MakeNew(string file, MasterKeys masterKeys)
    {
        using var database = SqliteBackup.Open(file, SqliteOpenMode.ReadWrite);
        using var transaction = database.BeginTransaction();
        foreach (var row in SqliteStore.ReadKeys(database).LookupKeys.Where(row => row.Purpose == LookupPurposes.Session))
        {
            _ = masterKeys.TryGet(row.MasterVersion, out var master);
            var renamed = WrappedLookupKey.Seal(row with { RowId = RandomNumberGenerator.GetBytes(row.RowId.Length) }, WrappedLookupKey.Open(row, master!)!, masterKeys.Current);
            database.Execute(
                "UPDATE lookup_keys SET row_id = @rowId, master_version = @master, salt = @salt, box = @box WHERE purpose = @purpose AND version = @version",
                With(
                    ("rowId", renamed.RowId), ("master", renamed.MasterVersion), ("salt", renamed.Salt), ("box", renamed.Box),
                    ("purpose", row.Purpose), ("version", row.Version)));
        }

        database.Execute("DROP TABLE backup");
        transaction.Commit();
        return true;
    }
}
