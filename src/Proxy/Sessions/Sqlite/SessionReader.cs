using Microsoft.Data.Sqlite;

namespace AuthProxy.Proxy.Sessions.Sqlite;

/// <summary>One reading connection with the one statement that most requests need, prepared once.</summary>
internal sealed class SessionReader : IDisposable
{
    private readonly SqliteCommand _find;
    private readonly SqliteParameter _key;

    public SessionReader(SqliteConnection connection)
    {
        Connection = connection;
        _find = connection.CreateCommand();
        _find.CommandText =
            """
            SELECT c.sid, c.wrap, s.sealed, s.index_mac, s.revision
            FROM cookies c JOIN sessions s ON s.sid = c.sid
            WHERE c.key = $key AND NOT EXISTS (SELECT 1 FROM tombstones t WHERE t.sid = c.sid)
            """;
        _key = _find.Parameters.Add("$key", SqliteType.Blob);
    }

    public SqliteConnection Connection { get; }

    public FoundSession? Find(StoreKey cookie)
    {
        _key.Value = cookie.ToBytes();
        using var row = _find.ExecuteReader();
        return row.Read()
            ? new FoundSession(row.GetString(0), (byte[])row.GetValue(1), (byte[])row.GetValue(2), (byte[])row.GetValue(3), row.GetInt64(4))
            : null;
    }

    public void Dispose()
    {
        _find.Dispose();
        Connection.Dispose();
    }
}
