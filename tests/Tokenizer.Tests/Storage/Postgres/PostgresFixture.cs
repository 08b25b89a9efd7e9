using AuthProxy.Hosting.Configuration;
using AuthProxy.TestKit;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Storage.Postgres;
using Dapper;
using Npgsql;

namespace AuthProxy.Tokenizer.Tests.Storage.Postgres;

/// <summary>One server for all tests of the store; each test has a schema of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private int _schemas;

    public PostgresServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await PostgresServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>An empty schema, and the connection string that leads to it.</summary>
    public async Task<string> NewSchemaAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _schemas)}";
        await ExecuteAsync(Server.ConnectionString(), $"CREATE SCHEMA {name}");
        return $"{Server.ConnectionString()};Search Path={name}";
    }

    internal static PostgresStore Open(string connectionString, TimeSpan? timeout = null) => PostgresStore.Open(SettingsOf(connectionString, timeout), TimeProvider.System);

    internal static PostgresSettings SettingsOf(string connectionString, TimeSpan? timeout = null) =>
        new(Secret.FromText(connectionString), Connections: 8, timeout ?? TimeSpan.FromSeconds(30));

    /// <summary>What somebody else does to the database.</summary>
    public static async Task<int> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        return await connection.ExecuteAsync(sql);
    }

    public static async Task<T> ReadAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }
}

[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PostgresFixture>
{
    public const string Name = "postgres";
}
