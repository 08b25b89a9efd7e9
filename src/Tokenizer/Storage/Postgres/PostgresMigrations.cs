using System.Globalization;
using System.Reflection;
using Dapper;
using Npgsql;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

/// <summary>
/// The steps of the schema: the scripts in Migrations, by number. A step that was released is never edited, and only adds: the version before
/// can still run on it.
/// </summary>
internal static class PostgresMigrations
{
    /// <summary>One number for all replicas: whoever has its lock migrates, the others wait and find it done.</summary>
    private const long Lock = 0x546F_6B65_6E69_7A65;

    private const string Folder = ".Migrations.";
    private static readonly (int Version, string Sql)[] Steps = ReadScripts();

    public static int Newest => Steps[^1].Version;

    /// <returns>The schema's version afterwards.</returns>
    /// <exception cref="IncompatibleSchemaException">A later program has removed what this one needs.</exception>
    public static async Task<int> ApplyAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // Where nothing is to do, no right to do it is needed.
        var version = await ReadVersionAsync(connection);
        if (version < Newest)
        {
            version = await ApplyStepsAsync(connection, cancellation);
        }

        await PostgresStart.CheckAsync(connection, cancellation);
        return version;
    }

    private static async Task<int> ApplyStepsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);

        // The lock is waited for as long as others migrate. A step on a table in use gives up soon instead: everybody would queue behind it.
        await connection.ExecuteAsync("SET LOCAL statement_timeout = '60s'; SET LOCAL idle_in_transaction_session_timeout = '60s'");
        await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(@key)", With(("key", Lock)), commandTimeout: 60);
        await connection.ExecuteAsync("SET LOCAL lock_timeout = '3s'");
        await connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS schema_version (version integer PRIMARY KEY, oldest_program integer NOT NULL)");
        var version = await ReadVersionAsync(connection);
        foreach (var step in Steps.Where(step => step.Version > version))
        {
            await connection.ExecuteAsync(step.Sql, commandTimeout: 60);
            await connection.ExecuteAsync("INSERT INTO schema_version (version, oldest_program) VALUES (@version, 1)", With(("version", step.Version)));
        }

        await transaction.CommitAsync(CancellationToken.None);
        return Math.Max(version, Newest);
    }

    private static async Task<int> ReadVersionAsync(NpgsqlConnection connection)
    {
        if (!await connection.QuerySingleAsync<bool>("SELECT to_regclass('schema_version') IS NOT NULL"))
        {
            return 0;
        }

        var version = await connection.QuerySingleAsync<int>("SELECT COALESCE(MAX(version), 0) FROM schema_version");
        var oldestProgram = await connection.QuerySingleAsync<int>("SELECT COALESCE(MAX(oldest_program), 0) FROM schema_version");
        return oldestProgram > Newest ? throw new IncompatibleSchemaException(version, Newest) : version;
    }

    private static (int Version, string Sql)[] ReadScripts()
    {
        var assembly = typeof(PostgresMigrations).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.Contains(Folder, StringComparison.Ordinal))
            .Select(name => (VersionOf(name), ReadScript(assembly, name)))
            .OrderBy(step => step.Item1)];
    }

    private static int VersionOf(string name) =>
        int.Parse(name.AsSpan(name.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length, 4), NumberStyles.None, CultureInfo.InvariantCulture);

    private static string ReadScript(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
