using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Storage;

public abstract class KeyRotationContract : TokenStoreContract
{
    private const long LongAgo = Now - 60_000;

    private static readonly MasterKeyCheck First = new(1, [1]);
    private static readonly MasterKeyCheck Second = new(2, [2]);

    [Fact]
    public async Task A_version_seals_when_every_running_replica_has_it_and_not_before()
    {
        await ReportAsync("old", [First], Now);
        await ReportAsync("new", [First, Second], Now);
        await ReportAsync("gone", [First], LongAgo);

        Assert.Equal("old", Assert.Single(await Store.ActivateMasterKeyAsync(Second, Now, default)).Name);
        Assert.Equal(1, (await Store.ReadKeysAsync(default)).Sealing!.Version);

        await ReportAsync("old", [First, Second], Now);
        Assert.Empty(await Store.ActivateMasterKeyAsync(Second, Now, default));
        Assert.Equal(2, (await Store.ReadKeysAsync(default)).Sealing!.Version);
    }

    [Fact]
    public async Task A_replica_with_another_key_under_the_same_number_does_not_have_it()
    {
        await ReportAsync("other", [First, new MasterKeyCheck(2, [9])], Now);

        Assert.Equal("other", Assert.Single(await Store.ActivateMasterKeyAsync(Second, Now, default)).Name);
    }

    [Fact]
    public async Task A_replica_that_left_holds_nobody_up_and_one_that_reports_learns_what_seals()
    {
        await ReportAsync("old", [First], Now);
        await Store.RemoveReplicaAsync(IdOf("old"), default);
        await Store.ActivateMasterKeyAsync(Second, Now, default);

        var registered = await Store.ReportReplicaAsync(new ReplicaReport(IdOf("new"), "new", [First, Second], 1, Now), default);

        Assert.Equal([1, 2], registered.MasterKeys.Select(key => key.Version));
        var replica = Assert.Single(await Store.ReadReplicasAsync(Now, default));
        Assert.Equal(("new", 1, Now), (replica.Name, replica.Sealing, replica.SeenAt));
        Assert.True(replica.Has(First) && replica.Has(Second));
    }

    [Fact]
    public async Task Nothing_is_kept_under_a_version_that_does_not_seal_or_is_retired()
    {
        var session = NewSession();
        var token = await AddAsync(session);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => AddAsync(session, NewToken() with { DataKey = Sealed() with { MasterVersion = 2 } }));

        await MoveAllAsync(to: 2);
        Assert.True(await Store.RetireMasterKeyAsync(1, Now, Now, default));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => AddAsync(session, NewToken()));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.IssueDownloadAsync(NewTicket(session.Session, token.RowId, TicketUse.Download), Now, default));
        var row = Assert.Single(await Store.ReadSealedAsync(SealedKind.Tokens, [], 10, default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.ReplaceSealedAsync(SealedKind.Tokens, [new Resealed(row, Sealed())], default));
        Assert.Equal(2, (await Store.FindTokenAsync([token.Lookup.Hash], Now, default))!.DataKey.MasterVersion);
    }

    [Fact]
    public async Task A_version_is_retired_only_when_no_token_ticket_lookup_key_or_replica_needs_it()
    {
        var lookup = new StoredLookupKey("token", 1, [1], 1, [2], [3]);
        await Store.AddKeysAsync(new StoredKeys([First], [lookup]), default);
        await AddAsync(NewSession());
        await ReportAsync("slow", [First, Second], Now, sealing: 1);
        await Store.ActivateMasterKeyAsync(Second, Now, default);

        Assert.False(await RetireAsync());
        await MoveAsync(SealedKind.Tokens, to: 2);
        Assert.False(await RetireAsync());
        await MoveAsync(SealedKind.Tickets, to: 2);
        Assert.False(await RetireAsync());
        Assert.True(await Store.ReplaceLookupKeyAsync(lookup, lookup with { MasterVersion = 2, Box = [4] }, default));
        Assert.False(await RetireAsync());
        await ReportAsync("slow", [First, Second], Now, sealing: 2);
        Assert.True(await RetireAsync());

        Assert.Equal([Now, null], (await Store.ReadKeysAsync(default)).MasterKeys.Select(key => key.RetiredAt));
        Assert.False(await RetireAsync());
    }

    [Fact]
    public async Task The_version_that_seals_is_never_retired() => Assert.False(await RetireAsync());

    [Fact]
    public async Task Pages_pass_every_row_once()
    {
        var session = NewSession();
        var rows = new List<byte[]>();
        for (var i = 0; i < 7; i++)
        {
            rows.Add((await AddAsync(session)).RowId);
        }

        var read = new List<byte[]>();
        while (await Store.ReadSealedAsync(SealedKind.Tokens, read is [.., var last] ? last : [], 3, default) is [_, ..] page)
        {
            Assert.InRange(page.Count, 1, 3);
            read.AddRange(page.Select(row => row.Id));
        }

        Assert.Equal(rows.Select(Convert.ToHexString).Order(), read.Select(Convert.ToHexString));
    }

    [Fact]
    public async Task An_outer_layer_is_replaced_only_where_it_is_still_the_one_that_was_read()
    {
        var token = await AddAsync(NewSession());
        await Store.ActivateMasterKeyAsync(Second, Now, default);
        var row = Assert.Single(await Store.ReadSealedAsync(SealedKind.Tokens, [], 10, default));
        var (mine, theirs) = (Sealed() with { MasterVersion = 2 }, Sealed() with { MasterVersion = 2 });

        Assert.Equal(1, await Store.ReplaceSealedAsync(SealedKind.Tokens, [new Resealed(row, theirs)], default));
        Assert.Equal(0, await Store.ReplaceSealedAsync(SealedKind.Tokens, [new Resealed(row, mine)], default));
        Assert.Equal(theirs.Box, (await Store.FindTokenAsync([token.Lookup.Hash], Now, default))!.DataKey.Box);
    }

    [Fact]
    public async Task A_lookup_key_is_replaced_only_where_it_is_still_the_one_that_was_read()
    {
        var read = new StoredLookupKey("token", 1, [1], 1, [2], [3]);
        await Store.AddKeysAsync(new StoredKeys([First], [read]), default);

        Assert.True(await Store.ReplaceLookupKeyAsync(read, read with { Box = [4] }, default));
        Assert.False(await Store.ReplaceLookupKeyAsync(read, read with { Box = [5] }, default));
        Assert.Equal([4], Assert.Single((await Store.ReadKeysAsync(default)).LookupKeys).Box);
    }

    [Fact]
    public async Task What_is_under_each_version_is_counted()
    {
        await AddAsync(NewSession());
        await Store.AddKeysAsync(new StoredKeys([First], [new StoredLookupKey("token", 1, [1], 1, [2], [3])]), default);
        await Store.ActivateMasterKeyAsync(Second, Now, default);
        await MoveAsync(SealedKind.Tickets, to: 2);

        Assert.Equal([new MasterKeyUse(1, 1, 0, 1), new MasterKeyUse(2, 0, 1, 0)], await Store.CountMasterKeyUsesAsync(default));
    }

    private Task<bool> RetireAsync() => Store.RetireMasterKeyAsync(1, Now, Now, default);

    private async Task MoveAllAsync(int to)
    {
        await Store.ActivateMasterKeyAsync(Second, Now, default);
        await MoveAsync(SealedKind.Tokens, to);
        await MoveAsync(SealedKind.Tickets, to);
    }

    private async Task MoveAsync(SealedKind kind, int to)
    {
        var rows = await Store.ReadSealedAsync(kind, [], 100, default);
        Assert.Equal(rows.Count, await Store.ReplaceSealedAsync(kind, [.. rows.Select(row => new Resealed(row, Sealed() with { MasterVersion = to }))], default));
    }

    private Task<StoredKeys> ReportAsync(string name, IReadOnlyList<MasterKeyCheck> keys, long seenAt, int sealing = 1) =>
        Store.ReportReplicaAsync(new ReplicaReport(IdOf(name), name, keys, sealing, seenAt), default);

    private static byte[] IdOf(string name) => [.. System.Text.Encoding.ASCII.GetBytes(name.PadRight(16))];
}
