using System.Globalization;
using AuthProxy.Hosting;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Storage.Sqlite;

namespace AuthProxy.Tokenizer.Cli;

/// <summary><c>tokenizer restore</c>: makes a backup the database, where there is none.</summary>
internal static class RestoreCommand
{
    public static async Task<int> RunAsync(string file, string backup, TimeProvider clock, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        if (await ConfigurationFile.ReadAsync(file, errors, cancellation) is not { } settings)
        {
            return ExitCodes.Configuration;
        }

        try
        {
            var report = await RestoreAsync(settings, backup, clock, errors, cancellation);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{settings.DatabaseFile}: {report.Tokens} tokens as of {DateTimeOffset.FromUnixTimeMilliseconds(report.MadeAt):yyyy-MM-ddTHH:mm:ssZ}"));
            await output.WriteLineAsync("every session, login and grant is gone: users are granted anew. What was made since is lost, and what was deleted since is there again: delete it again");
            return ExitCodes.Success;
        }
        catch (Exception fault) when (fault is BackupException or VaultNotOpenedException)
        {
            await errors.WriteLineAsync($"tokenizer: nothing was restored: {fault.Message}");
            return ExitCodes.Failure;
        }
    }

    private static async Task<BackupReport> RestoreAsync(TokenizerSettings settings, string backup, TimeProvider clock, TextWriter errors, CancellationToken cancellation)
    {
        if (settings.Postgres is not null)
        {
            throw new BackupException("store is postgres; use pg_restore (docs/postgresql.md, Backup)");
        }

        var keys = await OpenedVault.GivenKeysAsync(settings, cancellation);
        return await new SqliteRestore(clock).RunAsync(
            backup, settings.DatabaseFile, keys, left => errors.WriteLine($"waiting {Math.Ceiling(left.TotalSeconds)} s, until nothing that was signed before is good any more"), cancellation);
    }
}
