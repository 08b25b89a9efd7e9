using Dapper;
using Npgsql;
using static AuthProxy.Tokenizer.Storage.Statement;

namespace AuthProxy.Tokenizer.Storage.Postgres;

/// <summary>What must hold before anybody's value is taken in.</summary>
internal static class PostgresStart
{
    private static readonly string[] Tables =
    [
        "master_keys", "lookup_keys", "tokens", "attempts", "segments", "abandoned", "sessions", "tombstones", "grants", "tickets", "logins", "spent_marks",
        "audit_chains", "audit_lines", "audit_checkpoints", "replicas", "hourly_counts", "remembered_answers",
    ];

    private const string Facts =
        """
        SELECT pg_is_in_recovery() AS IsStandby,
               current_setting('synchronous_commit') = 'off' AS IsHasty,
               (SELECT string_agg(name, ', ' ORDER BY place) FROM unnest(@tables) WITH ORDINALITY AS needed (name, place)
                WHERE NOT (has_table_privilege(name, 'SELECT') AND has_table_privilege(name, 'INSERT')
                       AND has_table_privilege(name, 'UPDATE') AND has_table_privilege(name, 'DELETE'))) AS Forbidden
        """;

    /// <exception cref="StoreUnavailableException">The server or the role is not fit.</exception>
    public static async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var facts = await connection.QuerySingleAsync<FactsRow>(new CommandDefinition(Facts, With(("tables", Tables)), cancellationToken: cancellation));
        if (facts.IsStandby)
        {
            throw new StoreUnavailableException("PostgreSQL is a standby and takes no writes; name the primary, or all servers in Host");
        }

        // A value that was acknowledged, or a session's end, must survive a crash.
        if (facts.IsHasty)
        {
            throw new StoreUnavailableException("PostgreSQL acknowledges commits before they are on its disk; set synchronous_commit = on for the role or the server");
        }

        if (facts.Forbidden is { } tables)
        {
            throw new StoreUnavailableException($"PostgreSQL gives the user too few rights on {tables}: SELECT, INSERT, UPDATE and DELETE are needed (docs/postgresql.md, Roles)");
        }
    }

    internal sealed class FactsRow
    {
        public bool IsStandby { get; set; }

        public bool IsHasty { get; set; }

        public string? Forbidden { get; set; }
    }
}
