using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Storage.Sqlite;
using Dapper;
using Microsoft.Data.Sqlite;

namespace AuthProxy.Tokenizer.Tests.Storage;

public sealed class SqliteStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string File => _folder.File("tokenizer.db");

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_restart()
    {
        var session = new byte[32];
        await using (var store = await OpenAsync())
        {
            await store.EndSessionAsync(session, 2_000_000_000_000, default);
        }

        await using var again = await OpenAsync();
        Assert.True(await again.IsEndedAsync(session, 1_900_000_000_000, default));
    }

    [Fact]
    public async Task Nobody_else_may_read_the_database()
    {
        await using var store = await OpenAsync();

        foreach (var file in Directory.EnumerateFiles(_folder.Path))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void A_file_that_is_no_database_is_said_to_be_none()
    {
        System.IO.File.WriteAllText(File, new string('x', 10_000));

        Assert.Contains(File, Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrating_twice_changes_nothing()
    {
        await using var store = await OpenAsync();
        await store.MigrateAsync(default);
        await store.PingAsync(default);
    }

    [Fact]
    public async Task A_newer_schema_that_only_added_is_used_as_it_is()
    {
        await using (var store = await OpenAsync())
        {
            Execute("INSERT INTO schema_version (version, oldest_program) VALUES (99, 1); ALTER TABLE tokens ADD COLUMN later TEXT");
        }

        await using var again = await OpenAsync();
        Assert.Null(await again.FindTokenAsync([new byte[32]], 0, default));
    }

    [Fact]
    public async Task A_schema_that_was_contracted_for_newer_programs_is_refused()
    {
        await using (var store = await OpenAsync())
        {
            Execute("INSERT INTO schema_version (version, oldest_program) VALUES (99, 50)");
        }

        await using var again = SqliteStore.Open(File);
        await Assert.ThrowsAsync<IncompatibleSchemaException>(() => again.MigrateAsync(default));
    }

    [Fact]
    public async Task A_database_that_goes_away_is_unavailable_and_nothing_else()
    {
        await using var store = await OpenAsync();
        Execute("DROP TABLE tokens");

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.FindTokenAsync([new byte[32]], 0, default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.BeginValueAsync(new byte[16], new byte[16], 1, default));
    }

    [Fact]
    public async Task A_closed_store_is_unavailable()
    {
        var store = await OpenAsync();
        await store.DisposeAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.EndSessionAsync(new byte[32], 1, default));
    }

    private async Task<SqliteStore> OpenAsync()
    {
        var store = SqliteStore.Open(File);
        await store.MigrateAsync(default);
        return store;
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}
