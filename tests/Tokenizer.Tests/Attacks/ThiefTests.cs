using System.Text;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Storage.Sqlite;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Attacks;

/// <summary>Statements of docs/cryptography.md about thieves that no other test shows.</summary>
public sealed class ThiefTests : VaultTests
{
    [Fact]
    public async Task A_thief_of_the_database_finds_no_token_value_subject_or_session_in_it()
    {
        var token = await Host.KeepAsync(Alice, "value-078-05-1120", """{"note":"metadata-of-alice"}""");
        await Host.DownloadPathAsync(Alice, token);

        var bytes = Directory.EnumerateFiles(Path.GetDirectoryName(Host.Database)!, "tokenizer.db*").SelectMany(Read).ToArray();

        Assert.NotEqual(-1, bytes.AsSpan().IndexOf("bank"u8));
        foreach (var secret in new[] { token, token["lunasec-".Length..], "value-078-05-1120", "metadata-of-alice", "sid-alice", "alice", "https://login.test" })
        {
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret)));
        }
    }

    [Fact]
    public async Task A_thief_of_database_and_master_keys_can_test_a_guessed_subject_or_session()
    {
        await Host.KeepAsync(Alice);
        var lookups = await RingAsync(new MasterKeys(MasterKeyFiles.Read(Host.KeyFolder)));
        using var database = new Database(Host);

        Assert.Equal(lookups.OfSubject(Alice.Issuer, Alice.Subject).Hash, database.Read<byte[]>("SELECT owner FROM tokens"));
        Assert.Equal(lookups.OfSession("demo", Alice.Sid), database.Read<byte[]>("SELECT session FROM sessions"));
    }

    [Fact]
    public async Task A_thief_of_the_database_can_test_no_guess_without_the_master_key()
    {
        await Host.KeepAsync(Alice);
        await using var store = SqliteStore.Open(Host.Database);
        var stored = await store.ReadKeysAsync(default);

        Assert.All(stored.LookupKeys, row => Assert.Null(WrappedLookupKey.Open(row, MasterKey.Generate(row.MasterVersion))));
    }

    private async Task<LookupKeys> RingAsync(MasterKeys keys) => Assert.IsType<KeyRingOutcome.Opened>(await KeyRing.ReadAsync(Host.Store, keys, default)).Ring.LookupKeys;

    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
