using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Storage;

public abstract class ValueContract : TokenStoreContract
{
    [Fact]
    public async Task A_value_comes_back_segment_by_segment()
    {
        var token = await AddAsync(NewSession());
        var attempt = await UploadAsync(token, [1], [2], [3]);

        var value = (await Store.FindTokenAsync([token.Lookup.Hash], Now, default))!.Value;

        Assert.Equal((3, 3), (value!.Segments, value.Size));
        Assert.Equal(attempt, value.Attempt);
        Assert.Equal([2], (await Store.ReadSegmentAsync(attempt, 1, default))!);
        Assert.Null(await Store.ReadSegmentAsync(attempt, 3, default));
    }

    [Fact]
    public async Task An_upload_is_seen_by_nobody_until_it_is_complete()
    {
        var token = await AddAsync(NewSession());
        var attempt = Random(16);
        await Store.BeginValueAsync(attempt, token.RowId, Now, default);
        await Store.AppendSegmentsAsync(attempt, 0, [[1]], Now, default);

        Assert.Null((await Store.FindTokenAsync([token.Lookup.Hash], Now, default))!.Value);
    }

    [Fact]
    public async Task A_value_never_changes()
    {
        var token = await AddAsync(NewSession());
        var late = Random(16);
        Assert.True(await Store.BeginValueAsync(late, token.RowId, Now, default));
        await Store.AppendSegmentsAsync(late, 0, [[9]], Now, default);
        var attempt = await UploadAsync(token, [1]);

        Assert.False(await Store.CompleteValueAsync(token.RowId, new StoredValue(late, 1, 1), default));
        Assert.False(await Store.BeginValueAsync(Random(16), token.RowId, Now, default));
        Assert.Equal(attempt, (await Store.FindTokenAsync([token.Lookup.Hash], Now, default))!.Value!.Attempt);
    }

    [Fact]
    public async Task Of_two_uploads_at_once_one_becomes_the_value()
    {
        var token = await AddAsync(NewSession());
        var attempts = Enumerable.Range(0, 8).Select(_ => Random(16)).ToArray();
        foreach (var attempt in attempts)
        {
            await Store.BeginValueAsync(attempt, token.RowId, Now, default);
            await Store.AppendSegmentsAsync(attempt, 0, [[1]], Now, default);
        }

        var completed = await Task.WhenAll(attempts.Select(attempt => Task.Run(() => Store.CompleteValueAsync(token.RowId, new StoredValue(attempt, 1, 1), default))));

        Assert.Single(completed, done => done);
    }

    [Fact]
    public async Task An_upload_with_a_missing_segment_does_not_become_the_value()
    {
        var token = await AddAsync(NewSession());
        var attempt = Random(16);
        await Store.BeginValueAsync(attempt, token.RowId, Now, default);
        await Store.AppendSegmentsAsync(attempt, 0, [[1]], Now, default);

        Assert.False(await Store.CompleteValueAsync(token.RowId, new StoredValue(attempt, 2, 2), default));
    }

    [Fact]
    public async Task An_upload_for_one_token_does_not_become_the_value_of_another()
    {
        var (one, other) = (await AddAsync(NewSession()), await AddAsync(NewSession()));
        var attempt = Random(16);
        await Store.BeginValueAsync(attempt, one.RowId, Now, default);
        await Store.AppendSegmentsAsync(attempt, 0, [[1]], Now, default);

        Assert.False(await Store.CompleteValueAsync(other.RowId, new StoredValue(attempt, 1, 1), default));
    }

    [Fact]
    public async Task There_is_no_upload_for_a_token_that_does_not_exist() =>
        Assert.False(await Store.BeginValueAsync(Random(16), Random(16), Now, default));

    [Fact]
    public async Task What_a_crash_left_of_an_upload_is_swept_bite_by_bite()
    {
        var token = await AddAsync(NewSession());
        var orphan = Random(16);
        await Store.BeginValueAsync(orphan, token.RowId, Now, default);
        await Store.AppendSegmentsAsync(orphan, 0, [[1], [2], [3]], Now, default);

        Assert.Equal(2, await Store.SweepAsync(Now, attemptsIdleSince: Now + 1, limit: 2, default));
        Assert.Equal(1, await Store.SweepAsync(Now, attemptsIdleSince: Now + 1, limit: 2, default));
        Assert.Equal(0, await Store.SweepAsync(Now, attemptsIdleSince: Now + 1, limit: 2, default));
        Assert.Null(await Store.ReadSegmentAsync(orphan, 2, default));
    }

    [Fact]
    public async Task An_upload_that_still_moves_is_not_swept()
    {
        var token = await AddAsync(NewSession());
        var attempt = Random(16);
        await Store.BeginValueAsync(attempt, token.RowId, Now, default);
        await Store.AppendSegmentsAsync(attempt, 0, [[1]], Later, default);

        Assert.Equal(0, await Store.SweepAsync(Now, attemptsIdleSince: Later, 100, default));
        Assert.True(await Store.AppendSegmentsAsync(attempt, 1, [[2]], Later, default));
    }

    [Fact]
    public async Task An_upload_that_was_swept_cannot_go_on()
    {
        var token = await AddAsync(NewSession());
        var attempt = Random(16);
        await Store.BeginValueAsync(attempt, token.RowId, Now, default);
        await Store.AppendSegmentsAsync(attempt, 0, [[1]], Now, default);
        await Store.SweepAsync(Now, attemptsIdleSince: Later, 100, default);

        Assert.False(await Store.AppendSegmentsAsync(attempt, 1, [[2]], Later, default));
        Assert.False(await Store.CompleteValueAsync(token.RowId, new StoredValue(attempt, 1, 1), default));
    }

    [Fact]
    public async Task An_abandoned_upload_is_swept_at_once_and_a_value_never_is()
    {
        var token = await AddAsync(NewSession());
        var orphan = Random(16);
        await Store.BeginValueAsync(orphan, token.RowId, Now, default);
        await Store.AppendSegmentsAsync(orphan, 0, [[1], [2]], Now, default);
        var attempt = await UploadAsync(token, [7]);

        await Store.AbandonValueAsync(orphan, default);
        await Store.AbandonValueAsync(attempt, default);

        Assert.Equal(2, await SweepAsync(Now));
        Assert.Equal([7], (await Store.ReadSegmentAsync(attempt, 0, default))!);
    }
}
