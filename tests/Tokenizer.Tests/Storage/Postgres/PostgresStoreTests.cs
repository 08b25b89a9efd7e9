using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Storage.Postgres;
using Dapper;
using Npgsql;

namespace AuthProxy.Tokenizer.Tests.Storage.Postgres;

/// <summary>What only a server that others use too can do to us.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresStoreTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const long Now = 1_900_000_000_000;
    private string _schema = "";
    private PostgresStore _store = null!;

    public async Task InitializeAsync()
    {
        _schema = await postgres.NewSchemaAsync();
        _store = PostgresFixture.Open(_schema);
        await _store.MigrateAsync(default);
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task A_statement_that_waits_too_long_is_given_up_and_leaves_nothing()
    {
        await using var impatient = PostgresFixture.Open(_schema, TimeSpan.FromMilliseconds(200));
        await using (await LockAsync("LOCK TABLE tombstones"))
        {
            var fault = await Assert.ThrowsAsync<StoreUnavailableException>(() => impatient.EndSessionAsync(new byte[32], Now + 1, default));
            Assert.Contains("took longer than postgres.timeout", fault.Message, StringComparison.Ordinal);
        }

        Assert.False(await _store.IsEndedAsync(new byte[32], Now, default));
    }

    [Fact]
    public async Task A_sweep_passes_over_what_another_replica_has_in_hand()
    {
        await _store.EndSessionAsync([.. Enumerable.Repeat((byte)1, 32)], Now, default);
        await _store.EndSessionAsync([.. Enumerable.Repeat((byte)2, 32)], Now, default);

        await using (var other = await LockAsync("SELECT FROM tombstones ORDER BY session LIMIT 1 FOR UPDATE"))
        {
            Assert.Equal(1, await _store.SweepAsync(Now, 0, 200, default));
            await other.ExecuteAsync("ROLLBACK");
        }

        Assert.Equal(1, await _store.SweepAsync(Now, 0, 200, default));
    }

    [Fact]
    public async Task Connections_that_were_cut_cost_no_reader_anything()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _store.IsEndedAsync(new byte[32], Now, default).AsTask()));

        await CutAsync();

        Assert.False(await _store.IsEndedAsync(new byte[32], Now, default));
        await _store.EndSessionAsync(new byte[32], Now + 1, default);
    }

    [Fact]
    public async Task What_may_have_been_committed_is_made_again_only_where_that_is_harmless()
    {
        await using var door = PostgresDoor.Open(PostgresFixture.SettingsOf(_schema), TimeProvider.System);
        var (harmless, wrong) = (0, 0);

        Assert.Equal(2, await door.RunAsync(connection => CutOnceAsync(connection, ++harmless), Repeating.IsHarmless, default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => door.RunAsync(connection => CutOnceAsync(connection, ++wrong), Repeating.IsWrong, default));

        Assert.Equal((2, 1), (harmless, wrong));
    }

    [Fact]
    public async Task What_the_server_took_back_is_made_again_always()
    {
        await using var door = PostgresDoor.Open(PostgresFixture.SettingsOf(_schema), TimeProvider.System);
        var tries = 0;

        await door.RunAsync(
            connection => ++tries < 3 ? connection.ExecuteAsync("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$") : Task.FromResult(0), Repeating.IsWrong, default);

        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task A_role_cannot_change_what_statements_see_of_each_other()
    {
        await PostgresFixture.ExecuteAsync(_schema, "CREATE ROLE strict LOGIN SUPERUSER; ALTER ROLE strict SET default_transaction_isolation = 'repeatable read'");
        await using var door = PostgresDoor.Open(PostgresFixture.SettingsOf(_schema.Replace("Username=postgres", "Username=strict", StringComparison.Ordinal)), TimeProvider.System);

        Assert.Equal("read committed", await door.RunAsync(connection => connection.QuerySingleAsync<string>("SHOW transaction_isolation"), Repeating.IsHarmless, default));
    }

    [Fact]
    public async Task A_database_that_goes_away_is_unavailable_and_nothing_else()
    {
        await PostgresFixture.ExecuteAsync(_schema, "DROP TABLE tokens");

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _store.FindTokenAsync([new byte[32]], 0, default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.BeginValueAsync(new byte[16], new byte[16], 1, default));
    }

    [Fact]
    public async Task A_closed_store_is_unavailable()
    {
        var store = PostgresFixture.Open(_schema);
        await store.DisposeAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.EndSessionAsync(new byte[32], 1, default));
    }

    private static async Task<int> CutOnceAsync(NpgsqlConnection connection, int tries)
    {
        if (tries == 1)
        {
            await connection.ExecuteAsync("SELECT pg_terminate_backend(pg_backend_pid())");
        }

        return tries;
    }

    private Task<int> CutAsync() => PostgresFixture.ExecuteAsync(
        _schema, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tokenizer' AND pid <> pg_backend_pid()");

    /// <summary>Another transaction that holds what the statement takes until it is disposed.</summary>
    private async Task<NpgsqlConnection> LockAsync(string sql)
    {
        var connection = new NpgsqlConnection(_schema + ";Pooling=false");
        await connection.OpenAsync();
        await connection.ExecuteAsync("BEGIN; " + sql);
        return connection;
    }
}
