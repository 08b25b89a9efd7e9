namespace AuthProxy.Proxy.Sessions.Sqlite;

internal static class SessionTables
{
    /// <summary>Times are milliseconds since 1970. Everything that could name a person is a keyed hash or sealed.</summary>
    public const string Version1 =
        """
        CREATE TABLE sessions (
            sid        TEXT PRIMARY KEY,
            subject    BLOB NOT NULL,
            provider   BLOB,
            gone_after INTEGER NOT NULL,
            index_mac  BLOB NOT NULL,
            sealed     BLOB NOT NULL
        );
        CREATE INDEX sessions_subject ON sessions (subject);
        CREATE INDEX sessions_provider ON sessions (provider) WHERE provider IS NOT NULL;
        CREATE INDEX sessions_gone ON sessions (gone_after);

        CREATE TABLE cookies (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            key    BLOB NOT NULL UNIQUE,
            sid    TEXT NOT NULL,
            host   TEXT NOT NULL,
            wrap   BLOB NOT NULL
        );
        CREATE INDEX cookies_sid ON cookies (sid, host, number);

        CREATE TABLE tombstones (sid TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX tombstones_until ON tombstones (until);

        CREATE TABLE marks (mark BLOB PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX marks_until ON marks (until);

        CREATE TABLE undelivered (
            sid      TEXT PRIMARY KEY,
            until    INTEGER NOT NULL,
            due      INTEGER NOT NULL,
            attempts INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX undelivered_due ON undelivered (due);
        """;

    /// <summary>Records that can be replaced, by one holder of a lease at a time; marks from when on bearers count.</summary>
    public const string Version2 =
        """
        ALTER TABLE sessions ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE sessions ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE sessions ADD COLUMN leased_until INTEGER NOT NULL DEFAULT 0;

        CREATE TABLE not_before (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            key    BLOB NOT NULL,
            record BLOB NOT NULL,
            until  INTEGER NOT NULL
        );
        CREATE INDEX not_before_until ON not_before (until);
        """;
}
