using System.Security.Cryptography;
using System.Text;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tests.Hosted;
using AuthProxy.Tokenizer.Tokens;
using AuthProxy.Tokenizer.Values;

namespace AuthProxy.Tokenizer.Tests.Attacks;

/// <summary>A thief with the database and one thing more, and somebody who may write in it.</summary>
public class StolenAndChangedDatabaseTests : VaultTests
{
    private const int Segment = SegmentCipher.PlaintextSize;
    private const string Copy = "CREATE TEMP TABLE copy AS SELECT * FROM tokens";

    [Fact]
    public async Task A_thief_of_database_and_master_key_reads_nothing_without_the_token()
    {
        var token = await Host.KeepAsync(Alice);
        var row = await RowAsync(token);
        var master = MasterKeyFiles.Read(Host.KeyFolder);
        var seal = new TwoLayerSeal(new MasterKeys(master), "data key");

        Assert.NotNull(seal.Open(row.RowId, Encoding.ASCII.GetBytes(token), row.DataKey));
        foreach (var guess in new[] { DataToken.New().ToBytes(), row.Lookup.Hash, row.RowId, row.DataKey.Salt })
        {
            Assert.Null(seal.Open(row.RowId, guess, row.DataKey));
        }
    }

    [Fact]
    public async Task A_thief_of_database_and_tokens_reads_nothing_without_the_master_key()
    {
        var token = await Host.KeepAsync(Alice);
        var row = await RowAsync(token);

        Assert.Null(new TwoLayerSeal(new MasterKeys([MasterKey.Generate(1)]), "data key").Open(row.RowId, Encoding.ASCII.GetBytes(token), row.DataKey));
    }

    [Fact]
    public async Task A_thief_of_database_and_ticket_reads_nothing_without_the_master_key()
    {
        var token = await Host.KeepAsync(Alice);
        var ticket = (await Host.DownloadPathAsync(Alice, token))[Tickets.PathPrefix.Length..];
        using var database = new Database(Host);
        var record = new TicketRecord(
            Tickets.HashOf(ticket)!, [], [], TicketUse.Download, 0,
            new SealedSecret(1, database.Read<byte[]>("SELECT salt FROM tickets WHERE used_for = 2"), database.Read<byte[]>("SELECT box FROM tickets WHERE used_for = 2")));

        Assert.Equal(token, new Tickets(new MasterKeys(MasterKeyFiles.Read(Host.KeyFolder))).TokenOf(ticket, record)!.Text);
        Assert.Null(new Tickets(new MasterKeys([MasterKey.Generate(1)])).TokenOf(ticket, record));
    }

    [Fact]
    public async Task A_master_key_rotation_leaves_every_value_readable_and_needs_no_token()
    {
        var token = await Host.KeepAsync(Alice);
        var row = await RowAsync(token);
        var (first, second) = (MasterKeyFiles.Read(Host.KeyFolder)[0], MasterKey.Generate(2));

        var rewrapped = new TwoLayerSeal(new MasterKeys([first, second]), "data key").Rewrap(row.RowId, row.DataKey)!;

        Assert.Equal(
            new TwoLayerSeal(new MasterKeys([first]), "data key").Open(row.RowId, Encoding.ASCII.GetBytes(token), row.DataKey),
            new TwoLayerSeal(new MasterKeys([second]), "data key").Open(row.RowId, Encoding.ASCII.GetBytes(token), rewrapped));
    }

    [Fact]
    public async Task A_changed_byte_in_the_first_segment_is_told_before_anything_is_released()
    {
        var token = await Host.KeepAsync(Alice);
        Change("UPDATE segments SET data = CAST(substr(data, 1, 5) || x'00' || substr(data, 7) AS BLOB)");

        await DamagedAsync(token);
    }

    [Fact]
    public async Task A_value_put_in_the_place_of_another_is_refused()
    {
        var mine = await Host.KeepAsync(Alice, "mine");
        var other = await Host.KeepAsync(Bob, "other");
        Change($"{Copy}; UPDATE tokens SET (attempt, size) = (SELECT copy.attempt, copy.size FROM copy WHERE copy.row_id != tokens.row_id)");

        await DamagedAsync(mine);
        (await Host.GetAsync(Bob, await Host.DownloadPathAsync(Bob, other))).IsRefused(500, "value-damaged");
    }

    [Fact]
    public async Task A_sealed_key_put_in_the_place_of_another_is_refused()
    {
        var mine = await Host.KeepAsync(Alice, "mine");
        await Host.KeepAsync(Bob, "other");
        Change($"{Copy}; UPDATE tokens SET (salt, box) = (SELECT copy.salt, copy.box FROM copy WHERE copy.row_id != tokens.row_id)");

        await DamagedAsync(mine);
    }

    [Fact]
    public async Task Changed_metadata_is_refused()
    {
        var token = await Host.KeepAsync(Alice, metadata: """{"a":1}""");
        Change("UPDATE tokens SET metadata = CAST(substr(metadata, 1, 14) || x'00' || substr(metadata, 16) AS BLOB)");

        (await Host.PostAsync(Alice, "/metadata/get", $$"""{"tokenId":"{{token}}"}""")).IsRefused(500, "value-damaged");
    }

    [Fact]
    public async Task Swapped_segments_are_never_released()
    {
        var (token, value) = await KeepLargeAsync(4 * Segment);
        Change("UPDATE segments SET number = CASE number WHEN 1 THEN -2 WHEN 2 THEN -1 END WHERE number IN (1, 2); UPDATE segments SET number = -number WHERE number < 0");

        await BreaksOffAsync(token, value, Segment);
    }

    [Fact]
    public async Task A_value_cut_short_in_its_row_is_never_released_as_a_whole_one()
    {
        var (token, value) = await KeepLargeAsync(4 * Segment);
        Change($"DELETE FROM segments WHERE number = 3; UPDATE tokens SET segments = 3, size = {3 * Segment}");

        await BreaksOffAsync(token, value, 2 * Segment);
    }

    [Fact]
    public async Task A_missing_segment_breaks_the_download_off()
    {
        var (token, value) = await KeepLargeAsync(4 * Segment);
        Change("DELETE FROM segments WHERE number = 2");

        await BreaksOffAsync(token, value, 2 * Segment);
    }

    [Fact]
    public async Task A_changed_last_segment_breaks_the_download_off()
    {
        var (token, value) = await KeepLargeAsync((3 * Segment) + 10);
        Change("UPDATE segments SET data = zeroblob(length(data)) WHERE number = 3");

        await BreaksOffAsync(token, value, 3 * Segment);
    }

    [Theory]
    [InlineData(1), InlineData(-1)]
    public async Task A_size_that_does_not_fit_its_segments_is_never_a_whole_answer(int wrong)
    {
        var (token, value) = await KeepLargeAsync((2 * Segment) + 10);
        Change($"UPDATE tokens SET size = size + {wrong}");

        await BreaksOffAsync(token, value, 2 * Segment);
    }

    private void Change(string sql)
    {
        using var database = new Database(Host);
        Assert.True(database.Execute(sql) > 0);
    }

    private async Task<TokenRecord> RowAsync(string token)
    {
        Assert.True(DataToken.TryParse(token, out var parsed));
        var ring = Assert.IsType<KeyRingOutcome.Opened>(await KeyRing.OpenAsync(Host.Store, new MasterKeys(MasterKeyFiles.Read(Host.KeyFolder)), default)).Ring;
        return (await Host.Store.FindTokenAsync(ring.LookupKeys.Of(parsed), 0, default))!;
    }

    private async Task<(string Token, byte[] Value)> KeepLargeAsync(int size)
    {
        var value = RandomNumberGenerator.GetBytes(size);
        var (token, upload) = await Host.TokenizeAsync(Alice);
        (await Host.PutAsync(Alice, upload, Calls.Value(value))).IsGood();
        return (token, value);
    }

    private async Task DamagedAsync(string token) =>
        (await Host.GetAsync(Alice, await Host.DownloadPathAsync(Alice, token))).IsRefused(500, "value-damaged");

    /// <summary>The client receives at most what was verified, all of it true, and an answer that is visibly broken.</summary>
    private async Task BreaksOffAsync(string token, byte[] value, int verified)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, await Host.DownloadPathAsync(Alice, token));
        request.Headers.Host = VaultHost.VaultHostName;
        request.Headers.Add("X-Auth-Assertion", Mint.Assertion(Host, Alice));
        using var received = new MemoryStream();
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var response = await Host.Users.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await response.Content.CopyToAsync(received);
        });

        Assert.True(received.Length <= verified, $"{received.Length} bytes arrived");
        Assert.Equal(value[..(int)received.Length], received.ToArray());
        Assert.Contains(Host.LogLines, line => line.Contains("value-damaged", StringComparison.Ordinal));
    }
}
