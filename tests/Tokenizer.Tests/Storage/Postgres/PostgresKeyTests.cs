using AuthProxy.TestKit;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Keys;
using AuthProxy.Tokenizer.Storage;
using Dapper;
using Npgsql;

namespace AuthProxy.Tokenizer.Tests.Storage.Postgres;

/// <summary>A rotation beside others who hold rows and locks.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresKeyTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_rotation_passes_over_a_row_that_somebody_has_in_hand_and_comes_back_for_it()
    {
        var (schema, first, second) = (await postgres.NewSchemaAsync(), MasterKey.Generate(1), MasterKey.Generate(2));
        await using var store = PostgresFixture.Open(schema, TimeSpan.FromSeconds(5));
        await store.MigrateAsync(default);
        var ring = await RingAsync(store, first);
        var seal = new TwoLayerSeal(ring.MasterKeys, "data key");
        var rows = Enumerable.Range(1, 2).Select(i => Enumerable.Repeat((byte)i, 16).ToArray()).ToArray();
        foreach (var row in rows)
        {
            await InsertAsync(schema, row, seal.Seal(row, [1], [2]));
        }

        await using var other = new NpgsqlConnection(schema + ";Pooling=false");
        await other.OpenAsync();
        await other.ExecuteAsync("BEGIN; UPDATE tokens SET owner_version = 2 WHERE row_id = (SELECT row_id FROM tokens ORDER BY row_id DESC LIMIT 1)");

        var moved = new List<long>();
        var outcome = await new KeyRotation(store, await RingAsync(store, first, second), new FakeClock()).RunAsync(
            TimeSpan.Zero,
            progress =>
            {
                // The first page is through, without the row in hand, and nobody has waited for it.
                moved.Add(((RotationProgress.Moved)progress).Done);
                other.Execute("COMMIT");
            },
            default);

        Assert.Equal([1], Assert.IsType<RotationOutcome.Finished>(outcome).Retired);
        Assert.Equal([1, 2], moved);
    }

    private static async Task<KeyRing> RingAsync(ITokenStore store, params MasterKey[] keys) =>
        Assert.IsType<KeyRingOutcome.Opened>(await KeyRing.OpenAsync(store, new MasterKeys(keys), default)).Ring;

    private static async Task InsertAsync(string schema, byte[] rowId, SealedSecret secret)
    {
        await using var connection = new NpgsqlConnection(schema + ";Pooling=false");
        await connection.ExecuteAsync(
            """
            INSERT INTO tokens (row_id, lookup, lookup_version, master_version, salt, box, realm, application, owner, owner_version, created_at)
            VALUES (@rowId, @rowId, 1, @version, @salt, @box, 'demo', 'bank', @rowId, 1, 1)
            """,
            new { rowId, version = secret.MasterVersion, salt = secret.Salt, box = secret.Box });
    }
}
