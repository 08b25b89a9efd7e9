using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Tokens;
using Dapper;
using Microsoft.Data.Sqlite;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

/// <summary>Whether a file is a backup that is whole, and whether the given master keys open it.</summary>
internal static class SqliteBackupCheck
{
    private const int RowsPerPage = 1000;

    /// <exception cref="BackupException">It is not; the sentence says why.</exception>
    public static BackupReport Run(string file, MasterKeys masterKeys) => SqliteBackup.Guarded("the backup cannot be read", () =>
    {
        using var backup = SqliteBackup.Open(file, SqliteOpenMode.ReadOnly);
        var madeAt = CheckKind(backup);
        CheckPages(backup);
        CheckKeys(backup, masterKeys);
        return new BackupReport(madeAt, CheckTokens(backup, masterKeys));
    });

    private static long CheckKind(SqliteConnection backup)
    {
        if (backup.ExecuteScalar<long>("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name IN ('backup', 'schema_version')") != 2)
        {
            throw new BackupException("the file was not made by 'tokenizer backup'");
        }

        // We make neither; one that somebody added would run with every change from now on.
        if (backup.ExecuteScalar<long>("SELECT COUNT(*) FROM sqlite_master WHERE type IN ('trigger', 'view')") != 0)
        {
            throw new BackupException("the file holds a trigger or a view, which no backup of ours does: somebody changed it");
        }

        var oldestProgram = backup.ExecuteScalar<int>("SELECT COALESCE(MAX(oldest_program), 0) FROM schema_version");
        return oldestProgram <= SqliteMigrations.Newest
            ? backup.QuerySingle<long>("SELECT made_at FROM backup")
            : throw new BackupException(new IncompatibleSchemaException(backup.ExecuteScalar<int>("SELECT MAX(version) FROM schema_version"), SqliteMigrations.Newest).Message);
    }

    private static void CheckPages(SqliteConnection backup)
    {
        if (backup.ExecuteScalar<string>("PRAGMA integrity_check(1)") is not "ok" and var fault)
        {
            throw new BackupException($"the file is damaged: {fault}");
        }

        var cutShort = backup.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM tokens WHERE attempt IS NOT NULL AND segments <> (SELECT COUNT(*) FROM segments WHERE segments.attempt = tokens.attempt)");
        if (cutShort > 0)
        {
            throw new BackupException($"{cutShort} values lack a part");
        }
    }

    private static void CheckKeys(SqliteConnection backup, MasterKeys masterKeys)
    {
        if (KeyRing.Of(SqliteStore.ReadKeys(backup), masterKeys) is KeyRingOutcome.Refused(var why))
        {
            throw new BackupException(why);
        }
    }

    private static long CheckTokens(SqliteConnection backup, MasterKeys masterKeys)
    {
        var seal = TokenKeys.Seal(masterKeys);
        long tokens = 0;
        byte[] after = [];
        while (SqliteStore.ReadSealed(backup, SealedKind.Tokens, after, RowsPerPage) is [.., var last] page)
        {
            if (page.Any(row => !masterKeys.TryGet(row.Secret.MasterVersion, out _) || !seal.IsCovered(row.Id, row.Secret)))
            {
                throw new BackupException("a token's key does not open under the master keys: the database was changed");
            }

            (tokens, after) = (tokens + page.Length, last.Id);
        }

        return tokens;
    }
}
