using Dapper;
using Microsoft.Data.Sqlite;

namespace AuthProxy.Tokenizer.Storage.Sqlite;

/// <summary>The steps of the schema. A step that was released is never edited, and only adds: the version before can still run on it.</summary>
internal static class SqliteMigrations
{
    private static readonly (int Version, string Sql)[] Steps =
    [
        (1, """
            CREATE TABLE master_keys (
                version INTEGER PRIMARY KEY,
                check_value BLOB NOT NULL
            );
            CREATE TABLE lookup_keys (
                purpose TEXT NOT NULL,
                version INTEGER NOT NULL,
                row_id BLOB NOT NULL,
                master_version INTEGER NOT NULL,
                salt BLOB NOT NULL,
                box BLOB NOT NULL,
                PRIMARY KEY (purpose, version)
            );
            CREATE TABLE tokens (
                row_id BLOB PRIMARY KEY,
                lookup BLOB NOT NULL UNIQUE,
                lookup_version INTEGER NOT NULL,
                master_version INTEGER NOT NULL,
                salt BLOB NOT NULL,
                box BLOB NOT NULL,
                realm TEXT NOT NULL,
                application TEXT NOT NULL,
                owner BLOB NOT NULL,
                owner_version INTEGER NOT NULL,
                metadata BLOB,
                attempt BLOB,
                segments INTEGER,
                size INTEGER,
                created_at INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE INDEX tokens_by_master_version ON tokens (master_version);
            CREATE TABLE attempts (
                attempt BLOB PRIMARY KEY,
                token BLOB NOT NULL,
                touched_at INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE TABLE segments (
                id INTEGER PRIMARY KEY,
                attempt BLOB NOT NULL,
                number INTEGER NOT NULL,
                data BLOB NOT NULL,
                UNIQUE (attempt, number)
            );
            CREATE TABLE abandoned (attempt BLOB PRIMARY KEY) WITHOUT ROWID;
            CREATE TABLE sessions (
                session BLOB PRIMARY KEY,
                subject BLOB NOT NULL,
                expires_at INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE INDEX sessions_by_end ON sessions (expires_at);
            CREATE TABLE tombstones (
                session BLOB PRIMARY KEY,
                until INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE INDEX tombstones_by_end ON tombstones (until);
            CREATE TABLE grants (
                session BLOB NOT NULL,
                token BLOB NOT NULL,
                expires_at INTEGER NOT NULL,
                PRIMARY KEY (session, token)
            ) WITHOUT ROWID;
            CREATE INDEX grants_by_end ON grants (expires_at);
            CREATE TABLE tickets (
                ticket BLOB PRIMARY KEY,
                session BLOB NOT NULL,
                token BLOB NOT NULL,
                used_for INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                master_version INTEGER NOT NULL,
                salt BLOB NOT NULL,
                box BLOB NOT NULL
            ) WITHOUT ROWID;
            CREATE INDEX tickets_by_end ON tickets (expires_at);
            CREATE INDEX tickets_by_session ON tickets (session);
            """),
        (2, "CREATE INDEX tokens_by_owner ON tokens (owner)"),
        (3, """
            CREATE TABLE logins (
                login BLOB PRIMARY KEY,
                session BLOB NOT NULL,
                subject BLOB NOT NULL,
                subject_version INTEGER NOT NULL,
                application TEXT NOT NULL,
                expires_at INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE INDEX logins_by_end ON logins (expires_at);
            CREATE INDEX logins_by_session ON logins (session);
            CREATE TABLE spent_marks (
                mark BLOB PRIMARY KEY,
                until INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE INDEX spent_marks_by_end ON spent_marks (until);
            """),
        (4, """
            CREATE TABLE audit_chains (
                chain BLOB PRIMARY KEY,
                sequence INTEGER NOT NULL,
                head BLOB NOT NULL,
                holder BLOB,
                held_until INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE TABLE audit_lines (
                chain BLOB NOT NULL,
                sequence INTEGER NOT NULL,
                line BLOB NOT NULL,
                PRIMARY KEY (chain, sequence)
            ) WITHOUT ROWID;
            CREATE TABLE audit_checkpoints (
                number INTEGER PRIMARY KEY,
                made_at INTEGER NOT NULL,
                text TEXT NOT NULL,
                shipped INTEGER NOT NULL
            );
            CREATE INDEX audit_checkpoints_unshipped ON audit_checkpoints (number) WHERE shipped = 0;
            """),
        (6, """
            ALTER TABLE master_keys ADD COLUMN retired_at INTEGER;
            CREATE TABLE replicas (
                replica BLOB PRIMARY KEY,
                name TEXT NOT NULL,
                master_keys TEXT NOT NULL,
                sealing INTEGER NOT NULL,
                seen_at INTEGER NOT NULL
            ) WITHOUT ROWID;
            """),
        (7, """
            ALTER TABLE tokens ADD COLUMN record BLOB;
            ALTER TABLE tokens ADD COLUMN record_version INTEGER;
            ALTER TABLE tokens ADD COLUMN mask BLOB;
            ALTER TABLE tokens ADD COLUMN expires_at INTEGER;
            CREATE INDEX tokens_by_end ON tokens (expires_at) WHERE expires_at IS NOT NULL;
            ALTER TABLE grants ADD COLUMN uses_left INTEGER;
            ALTER TABLE grants ADD COLUMN created_at INTEGER;
            CREATE INDEX grants_by_token ON grants (token);
            CREATE INDEX tickets_by_token ON tickets (token);
            CREATE TABLE hourly_counts (
                counter BLOB NOT NULL,
                hour INTEGER NOT NULL,
                count INTEGER NOT NULL,
                PRIMARY KEY (counter, hour)
            ) WITHOUT ROWID;
            CREATE INDEX hourly_counts_by_hour ON hourly_counts (hour);
            CREATE TABLE remembered_answers (
                request BLOB PRIMARY KEY,
                content BLOB NOT NULL,
                attempt BLOB NOT NULL,
                until INTEGER NOT NULL,
                answer BLOB
            ) WITHOUT ROWID;
            CREATE INDEX remembered_answers_by_end ON remembered_answers (until);
            """),
    ];

    public static int Newest => Steps[^1].Version;

    /// <exception cref="IncompatibleSchemaException">A later program has removed what this one needs.</exception>
    public static int Apply(SqliteConnection connection)
    {
        connection.Execute(
            """
            CREATE TABLE IF NOT EXISTS schema_version (
                version INTEGER PRIMARY KEY,
                oldest_program INTEGER NOT NULL
            )
            """);
        var (version, oldestProgram) = ReadVersion(connection);
        if (oldestProgram > Newest)
        {
            throw new IncompatibleSchemaException(version, Newest);
        }

        foreach (var step in Steps.Where(step => step.Version > version))
        {
            connection.Execute(step.Sql);
            connection.Execute($"INSERT INTO schema_version (version, oldest_program) VALUES ({step.Version}, 1)");
        }

        return Math.Max(version, Newest);
    }

    private static (int Version, int OldestProgram) ReadVersion(SqliteConnection connection) =>
        (connection.ExecuteScalar<int>("SELECT COALESCE(MAX(version), 0) FROM schema_version"),
         connection.ExecuteScalar<int>("SELECT COALESCE(MAX(oldest_program), 0) FROM schema_version"));
}
