using Dapper;
using Microsoft.Data.Sqlite;

namespace AuthProxy.Tokenizer.Tests.Hosted;

/// <summary>Somebody with the rights to read and write the database's file.</summary>
public sealed class Database : IDisposable
{
    private readonly SqliteConnection _connection;

    public Database(VaultHost host)
    {
        _connection = new SqliteConnection($"Data Source={host.Database};Pooling=False");
        _connection.Open();
    }

    public int Execute(string sql, object? parameters = null) => _connection.Execute(sql, parameters);

    public T Read<T>(string sql) => _connection.ExecuteScalar<T>(sql)!;

    public long Count(string table) => Read<long>($"SELECT COUNT(*) FROM {table}");

    public void Dispose() => _connection.Dispose();
}
