using System.Globalization;
using AuthProxy.Hosting;
using AuthProxy.Tokenizer.Storage.Sqlite;

namespace AuthProxy.Tokenizer.Cli;

/// <summary><c>tokenizer backup</c>: a copy of the SQLite database, while the service runs.</summary>
internal static class BackupCommand
{
    public static Task<int> RunAsync(string file, string target, TextWriter output, TextWriter errors, CancellationToken cancellation) =>
        VaultCommand.UseAsync(file, errors, async (settings, vault) =>
        {
            if (settings.Postgres is not null)
            {
                await errors.WriteLineAsync("tokenizer: store is postgres; use pg_dump (docs/postgresql.md, Backup)");
                return ExitCodes.Failure;
            }

            try
            {
                var report = SqliteBackup.Write(settings.DatabaseFile, target, vault.Ring.MasterKeys, TimeProvider.System.NowMilliseconds());
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{target}: good, {report.Tokens} tokens"));
                await output.WriteLineAsync($"to read it, master key version {string.Join(" and ", vault.Ring.MasterKeys.All.Select(key => key.Version))} is needed, which is not in it: keep that elsewhere");
                return ExitCodes.Success;
            }
            catch (BackupException fault)
            {
                await errors.WriteLineAsync($"tokenizer: no backup was made: {fault.Message}");
                return ExitCodes.Failure;
            }
        }, cancellation);
}
