using AuthProxy.TestKit;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Storage.Postgres;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Tests.Storage.Postgres;

/// <summary>How replicas find, make and refuse a database.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresStartTests(PostgresFixture postgres)
{
    private const int Replicas = 8;

    [Fact]
    public async Task Replicas_that_start_at_once_on_an_empty_database_make_one_schema_and_one_key_ring()
    {
        var schema = await postgres.NewSchemaAsync();
        var (master, token) = (MasterKey.Generate(1), DataToken.New());

        var hashes = await Task.WhenAll(Enumerable.Range(0, Replicas).Select(_ => Task.Run(async () =>
        {
            await using var store = PostgresFixture.Open(schema);
            await store.MigrateAsync(default);
            var ring = Assert.IsType<KeyRingOutcome.Opened>(await KeyRing.OpenAsync(store, new MasterKeys([master]), default)).Ring;
            return Convert.ToHexString(ring.LookupKeys.ForNew(token).Hash);
        })));

        Assert.Single(hashes.Distinct());
        Assert.Equal(PostgresMigrations.Newest, await PostgresFixture.ReadAsync<int>(schema, "SELECT MAX(version) FROM schema_version"));
    }

    [Fact]
    public async Task Of_replicas_that_start_at_once_with_different_keys_one_owns_the_database_and_can_open_it_again()
    {
        var schema = await postgres.NewSchemaAsync();
        await using var store = PostgresFixture.Open(schema);
        await store.MigrateAsync(default);
        var masters = Enumerable.Range(1, Replicas).Select(version => MasterKey.Generate(1 + (version % 3))).ToArray();

        var outcomes = await Task.WhenAll(masters.Select(master => Task.Run(() => KeyRing.OpenAsync(store, new MasterKeys([master]), default))));

        var owner = masters[Array.FindIndex(outcomes, outcome => outcome is KeyRingOutcome.Opened)];
        Assert.Single(outcomes, outcome => outcome is KeyRingOutcome.Opened);
        Assert.IsType<KeyRingOutcome.Opened>(await KeyRing.OpenAsync(store, new MasterKeys([owner]), default));
    }

    [Fact]
    public async Task A_newer_schema_that_only_added_is_used_as_it_is()
    {
        var schema = await MigratedAsync();
        await PostgresFixture.ExecuteAsync(schema, "INSERT INTO schema_version (version, oldest_program) VALUES (99, 1); ALTER TABLE tokens ADD COLUMN later text");

        await using var again = PostgresFixture.Open(schema);
        await again.MigrateAsync(default);

        Assert.Null(await again.FindTokenAsync([new byte[32]], 0, default));
    }

    [Fact]
    public async Task A_schema_that_was_contracted_for_newer_programs_is_refused()
    {
        var schema = await MigratedAsync();
        await PostgresFixture.ExecuteAsync(schema, "INSERT INTO schema_version (version, oldest_program) VALUES (99, 50)");

        await using var again = PostgresFixture.Open(schema);
        var fault = await Assert.ThrowsAsync<IncompatibleSchemaException>(() => again.MigrateAsync(default));
        Assert.Contains("use a newer program", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_of_every_day_needs_no_right_to_make_tables()
    {
        var schema = await MigratedAsync();
        await PostgresFixture.ExecuteAsync(schema, """
            CREATE ROLE everyday LOGIN;
            DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO everyday', current_schema());
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO everyday', current_schema()); END $$
            """);

        await using var store = PostgresFixture.Open(As("everyday", schema));
        await store.MigrateAsync(default);

        await store.EndSessionAsync(new byte[32], 1, default);
    }

    [Fact]
    public async Task A_role_that_may_make_no_tables_is_told_so_where_there_are_none()
    {
        var schema = await postgres.NewSchemaAsync();
        await PostgresFixture.ExecuteAsync(schema, "CREATE ROLE stranger LOGIN");
        Assert.Contains("has no schema there that the user may use", await WhyNotAsync(As("stranger", schema)), StringComparison.Ordinal);

        await PostgresFixture.ExecuteAsync(schema, "DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO stranger', current_schema()); END $$");
        Assert.Contains("too few rights", await WhyNotAsync(As("stranger", schema)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_write_is_told_on_which_tables()
    {
        var schema = await MigratedAsync();
        await PostgresFixture.ExecuteAsync(schema, """
            CREATE ROLE reader LOGIN;
            DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO reader', current_schema());
            EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO reader', current_schema()); END $$
            """);

        Assert.Contains("too few rights on master_keys, lookup_keys, tokens", await WhyNotAsync(As("reader", schema)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_acknowledges_before_it_keeps_is_refused()
    {
        var schema = await MigratedAsync();
        await PostgresFixture.ExecuteAsync(schema, "CREATE ROLE hasty LOGIN SUPERUSER; ALTER ROLE hasty SET synchronous_commit = off");

        Assert.Contains("synchronous_commit = on", await WhyNotAsync(As("hasty", schema)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_with_its_address()
    {
        var port = Loopback.FreePorts(1)[0];

        var why = await WhyNotAsync($"Host=127.0.0.1;Port={port};Database=vault;Username=tokenizer;Password=never-shown");

        Assert.Contains($"127.0.0.1:{port}, database vault, user tokenizer", why, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", why, StringComparison.Ordinal);
        Assert.DoesNotContain("never-shown", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_told() =>
        Assert.Contains("has no such database", await WhyNotAsync(postgres.Server.ConnectionString("nowhere")), StringComparison.Ordinal);

    private async Task<string> MigratedAsync()
    {
        var schema = await postgres.NewSchemaAsync();
        await using var store = PostgresFixture.Open(schema);
        await store.MigrateAsync(default);
        return schema;
    }

    private static string As(string role, string connectionString) => connectionString.Replace($"Username={PostgresServer.Superuser}", $"Username={role}", StringComparison.Ordinal);

    private static async Task<string> WhyNotAsync(string connectionString)
    {
        await using var store = PostgresFixture.Open(connectionString);
        return (await Assert.ThrowsAsync<StoreUnavailableException>(() => store.MigrateAsync(default))).Message;
    }
}
