using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Storage;

public abstract class TokenContract : TokenStoreContract
{
    [Fact]
    public async Task A_token_comes_back_as_it_was_kept()
    {
        var session = NewSession();
        var token = await AddAsync(session, NewToken(session.Subject, metadata: [1, 2, 3]));

        var found = await Store.FindTokenAsync([Random(), token.Lookup.Hash], Now, default);

        Assert.NotNull(found);
        Assert.Equal(token.RowId, found.RowId);
        Assert.Equal(token.Lookup.Hash, found.Lookup.Hash);
        Assert.Equal(token.DataKey.Box, found.DataKey.Box);
        Assert.Equal(token.DataKey.Salt, found.DataKey.Salt);
        Assert.Equal(1, found.DataKey.MasterVersion);
        Assert.Equal(session.Subject, found.Owner.Hash);
        Assert.Equal(("demo", "bank", Now), (found.Realm, found.Application, found.CreatedAt));
        Assert.Equal([1, 2, 3], found.SealedMetadata!);
        Assert.Null(found.Value);
    }

    [Fact]
    public async Task A_token_that_was_never_made_is_not_found() => Assert.Null(await Store.FindTokenAsync([Random()], Now, default));

    [Fact]
    public async Task Making_a_token_grants_it_to_the_session_that_made_it()
    {
        var session = NewSession();
        var token = await AddAsync(session);

        Assert.Equal(Later, await GrantEndAsync(session, token));
        Assert.Null(await GrantEndAsync(NewSession(), token));
    }

    [Fact]
    public async Task An_ended_session_makes_no_token()
    {
        var session = NewSession();
        await Store.EndSessionAsync(session.Session, Later, default);
        var token = NewToken();

        var standing = await Store.AddTokenAsync(
            token, session, new GrantRecord(session.Session, token.RowId, Later), NewTicket(session.Session, token.RowId, TicketUse.Upload), Now, default);

        Assert.Equal(SessionStanding.Ended, standing);
        Assert.Null(await Store.FindTokenAsync([token.Lookup.Hash], Now, default));
    }

    [Fact]
    public async Task One_job_that_fails_takes_none_of_its_neighbours_with_it()
    {
        var session = NewSession();
        var first = await AddAsync(session);

        // The same row once more violates the key; the others share its commit.
        var jobs = Enumerable.Range(0, 50).Select(i => AddAsync(session, i == 25 ? first : null)).ToArray();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Task.WhenAll(jobs));

        Assert.Equal(49, jobs.Count(job => job.IsCompletedSuccessfully));
        Assert.True(jobs[25].IsFaulted);
        foreach (var job in jobs.Where(job => job.IsCompletedSuccessfully))
        {
            Assert.NotNull(await Store.FindTokenAsync([(await job).Lookup.Hash], Now, default));
        }
    }

    [Fact]
    public async Task Keys_that_are_there_are_not_replaced()
    {
        var first = new StoredKeys([new MasterKeyCheck(1, [1])], [new StoredLookupKey("token", 1, [1], 1, [2], [3])]);
        var second = new StoredKeys([new MasterKeyCheck(1, [1]), new MasterKeyCheck(2, [2])], [new StoredLookupKey("token", 1, [9], 1, [9], [9])]);

        await Store.AddKeysAsync(first, default);
        var keys = await Store.AddKeysAsync(second, default);

        Assert.Equal([1], Assert.Single(keys.MasterKeys).Check);
        Assert.Equal([3], Assert.Single(keys.LookupKeys).Box);
    }

    [Fact]
    public async Task Keys_of_another_ring_add_nothing_and_lock_nobody_out()
    {
        var ours = new StoredKeys([new MasterKeyCheck(1, [1])], [new StoredLookupKey("token", 1, [1], 1, [2], [3])]);

        await Store.AddKeysAsync(ours, default);
        await Store.AddKeysAsync(new StoredKeys([new MasterKeyCheck(1, [9]), new MasterKeyCheck(3, [3])], []), default);
        await Store.AddKeysAsync(new StoredKeys([new MasterKeyCheck(2, [2])], [new StoredLookupKey("subject", 1, [9], 2, [9], [9])]), default);

        var keys = await Store.ReadKeysAsync(default);
        Assert.Equal([1], Assert.Single(keys.MasterKeys).Check);
        Assert.Equal("token", Assert.Single(keys.LookupKeys).Purpose);
    }
}
