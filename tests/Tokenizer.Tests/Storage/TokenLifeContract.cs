using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Storage;

public abstract class TokenLifeContract : TokenStoreContract
{
    [Fact]
    public async Task A_token_kept_with_its_value_comes_back_as_it_was_kept()
    {
        var session = NewSession();
        var token = await AddWholeAsync(session, [1, 2], [3]);

        var found = (await FindAsync(token))!;

        Assert.Equal(token.Value!.Attempt, found.Value!.Attempt);
        Assert.Equal((2, 3), (found.Value.Segments, found.Value.Size));
        Assert.Equal(token.Record!.Hash, found.Record!.Hash);
        Assert.Equal(token.SealedMask, found.SealedMask);
        Assert.Equal(Later, found.ExpiresAt);
        Assert.Equal([1, 2], await Store.ReadSegmentAsync(found.Value.Attempt, 0, default));
        Assert.Equal([3], await Store.ReadSegmentAsync(found.Value.Attempt, 1, default));
        Assert.Equal(Later, await GrantEndAsync(session, token));
    }

    [Fact]
    public async Task A_service_keeps_a_token_without_a_session()
    {
        var token = Whole(NewToken());

        Assert.Equal(SessionStanding.Alive, await Store.AddWholeTokenAsync(new WholeToken(token, [[7]], Maker: null), Now, default));

        Assert.Equal([7], await Store.ReadSegmentAsync((await FindAsync(token))!.Value!.Attempt, 0, default));
    }

    [Fact]
    public async Task An_ended_session_keeps_no_token_and_no_value()
    {
        var session = NewSession();
        await Store.EndSessionAsync(session.Session, Later, default);
        var token = Whole(NewToken());

        var standing = await Store.AddWholeTokenAsync(
            new WholeToken(token, [[7]], new TokenMaker(session, new GrantRecord(session.Session, token.RowId, Later))), Now, default);

        Assert.Equal(SessionStanding.Ended, standing);
        Assert.Null(await FindAsync(token));
        Assert.Null(await Store.ReadSegmentAsync(token.Value!.Attempt, 0, default));
    }

    [Fact]
    public async Task A_token_is_gone_at_its_end_before_anything_is_swept()
    {
        var session = NewSession();
        var token = await AddWholeAsync(session, [1]);

        Assert.NotNull(await FindAsync(token, Later - 1));
        Assert.Null(await FindAsync(token, Later));
        Assert.Empty(await Store.FindGrantsAsync(session.Session, [token.Lookup.Hash], Later, default));
    }

    [Fact]
    public async Task What_an_expired_token_takes_up_is_swept_and_nothing_else()
    {
        var session = NewSession();
        var (expired, lasting) = (await AddWholeAsync(session, [1], [2]), await AddAsync(session));
        await UploadAsync(lasting, [[9]]);

        await SweepAsync(Later);
        await SweepAsync(Later);

        Assert.Null(await FindAsync(expired, Now));
        Assert.Null(await Store.ReadSegmentAsync(expired.Value!.Attempt, 0, default));
        Assert.Equal([9], await Store.ReadSegmentAsync((await FindAsync(lasting, Later))!.Value!.Attempt, 0, default));
    }

    [Fact]
    public async Task A_deleted_token_is_gone_with_its_grants_tickets_and_value()
    {
        var session = NewSession();
        var token = await AddWholeAsync(session, [1]);
        var ticket = NewTicket(session.Session, token.RowId, TicketUse.Download);
        await Store.IssueDownloadAsync(ticket, Now, default);

        Assert.True(await Store.DeleteTokenAsync(token.RowId, default));

        Assert.Null(await FindAsync(token));
        Assert.Equal(GrantUse.GrantMissing, await Store.UseGrantAsync(session.Session, token.RowId, Now, default));
        Assert.IsType<TicketOutcome.Invalid>(await Store.RedeemAsync(ticket.Ticket, session.Session, TicketUse.Download, Now, default));
        await SweepAsync(Now);
        Assert.Null(await Store.ReadSegmentAsync(token.Value!.Attempt, 0, default));
    }

    [Fact]
    public async Task Deleting_happens_once()
    {
        var token = await AddAsync(NewSession());

        var deleted = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store.DeleteTokenAsync(token.RowId, default))));

        Assert.Single(deleted, gone => gone);
    }

    [Fact]
    public async Task An_upload_under_way_does_not_bring_a_deleted_token_back()
    {
        var token = await AddAsync(NewSession());
        var attempt = Random(16);
        await Store.BeginValueAsync(attempt, token.RowId, Now, default);
        await Store.AppendSegmentsAsync(attempt, 0, [[1]], Now, default);

        await Store.DeleteTokenAsync(token.RowId, default);

        Assert.False(await Store.CompleteValueAsync(token.RowId, new StoredValue(attempt, 1, 1), default));
        Assert.False(await Store.AppendSegmentsAsync(attempt, 1, [[1]], Now, default));
        await SweepAsync(Now);
        Assert.Null(await Store.ReadSegmentAsync(attempt, 0, default));
    }

    [Fact]
    public async Task A_token_is_bound_to_one_record_for_good()
    {
        var token = await AddAsync(NewSession());
        var (seven, eight) = (new KeyedHash(1, Random()), new KeyedHash(1, Random()));

        Assert.True(await Store.BindTokenAsync(token.RowId, seven, default));
        Assert.True(await Store.BindTokenAsync(token.RowId, seven, default));
        Assert.False(await Store.BindTokenAsync(token.RowId, eight, default));
        Assert.False(await Store.BindTokenAsync(Random(16), eight, default));

        Assert.Equal(seven.Hash, (await FindAsync(token))!.Record!.Hash);
    }

    [Fact]
    public async Task Of_two_who_bind_a_token_to_different_records_at_once_one_wins()
    {
        var token = await AddAsync(NewSession());
        var records = Enumerable.Range(0, 8).Select(_ => new KeyedHash(1, Random())).ToArray();

        var bound = await Task.WhenAll(records.Select(record => Task.Run(() => Store.BindTokenAsync(token.RowId, record, default))));

        Assert.Equal(records[Array.IndexOf(bound, true)].Hash, (await FindAsync(token))!.Record!.Hash);
        Assert.Single(bound, won => won);
    }

    [Fact]
    public async Task No_more_is_counted_in_an_hour_than_its_limit_and_the_next_begins_anew()
    {
        var (counter, other) = (Random(), Random());

        var counted = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Store.CountAsync(counter, 7, Now, default))));

        Assert.Equal(7, counted.Count(more => more));
        Assert.False(await Store.CountAsync(counter, 7, Now, default));
        Assert.True(await Store.CountAsync(other, 7, Now, default));
        Assert.True(await Store.CountAsync(counter, 7, Now + 3_600_000, default));
        Assert.False(await Store.CountAsync(Random(), 0, Now, default));
    }

    [Fact]
    public async Task Counts_of_past_hours_are_swept()
    {
        var counter = Random();
        await Store.CountAsync(counter, 1, Now, default);

        Assert.Equal(0, await SweepAsync(Now));
        Assert.Equal(1, await SweepAsync(Now + 3_600_000));
    }

    private protected static TokenRecord Whole(TokenRecord token, params byte[][] segments) => token with
    {
        Value = new StoredValue(Random(16), segments.Length, segments.Sum(segment => segment.Length)),
        Record = new KeyedHash(1, Random()),
        SealedMask = Random(20),
        ExpiresAt = Later,
    };

    private protected ValueTask<TokenRecord?> FindAsync(TokenRecord token, long now = Now) => Store.FindTokenAsync([token.Lookup.Hash], now, default);

    private protected async Task<TokenRecord> AddWholeAsync(SessionRecord session, params byte[][] segments)
    {
        var token = Whole(NewToken(session.Subject), segments);
        var maker = new TokenMaker(session, new GrantRecord(session.Session, token.RowId, Later));
        Assert.Equal(SessionStanding.Alive, await Store.AddWholeTokenAsync(new WholeToken(token, segments, maker), Now, default));
        return token;
    }
}
