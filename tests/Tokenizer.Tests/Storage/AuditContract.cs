using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Storage;

public abstract class AuditContract : TokenStoreContract
{
    private static readonly byte[] None = new byte[32];

    private readonly byte[] _holder = Random(16);

    [Fact]
    public async Task First_claim_begins_a_chain_and_the_next_one_of_the_same_holder_goes_on_with_it()
    {
        var unused = Random(16);
        var chain = await ClaimAsync(_holder, unused);

        Same(new AuditChain(unused, 0, None), chain);
        Same(chain, await ClaimAsync(_holder, Random(16)));
        Assert.Single(await Store.ReadChainsAsync(default));
    }

    [Fact]
    public async Task Two_holders_never_get_one_chain()
    {
        var chains = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ClaimAsync(Random(16), Random(16))));

        Assert.Equal(8, chains.Select(chain => Convert.ToHexString(chain.Id)).Distinct().Count());
    }

    [Fact]
    public async Task A_chain_whose_holder_let_go_or_fell_silent_is_gone_on_with_where_it_ended()
    {
        var chain = await AppendAsync(await ClaimAsync(_holder, Random(16)), "a", "b");
        await Store.ReleaseChainAsync(_holder, default);
        var second = Random(16);

        Same(chain, await ClaimAsync(second, Random(16)));
        Same(chain, await Store.ClaimChainAsync(Random(16), Random(16), Later + 1, Later + 60_000, default));
        Assert.False(await Store.AppendLinesAsync(second, chain, [Random()], Random(), Later, default));
    }

    [Fact]
    public async Task Of_many_that_claim_one_free_chain_one_gets_it()
    {
        var free = await ClaimAsync(_holder, Random(16));
        await Store.ReleaseChainAsync(_holder, default);

        var chains = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ClaimAsync(Random(16), Random(16))));
        Assert.Single(chains, chain => chain.Id.AsSpan().SequenceEqual(free.Id));
        Assert.Equal(8, chains.Select(chain => Convert.ToHexString(chain.Id)).Distinct().Count());
    }

    [Fact]
    public async Task Lines_are_read_in_order_and_in_pages()
    {
        var chain = await AppendAsync(await AppendAsync(await ClaimAsync(_holder, Random(16)), "a", "b"), "c");

        Same(chain, Assert.Single(await Store.ReadChainsAsync(default)));
        Assert.Equal([(1, "a"), (2, "b"), (3, "c")], await LinesAsync(chain, 0, 10));
        Assert.Equal([(2, "b")], await LinesAsync(chain, 1, 1));
        Assert.Empty(await LinesAsync(chain, 3, 10));
    }

    [Fact]
    public async Task Lines_that_do_not_follow_the_head_are_refused_and_nothing_of_them_stays()
    {
        var before = await ClaimAsync(_holder, Random(16));
        var chain = await AppendAsync(before, "a");

        Assert.False(await Store.AppendLinesAsync(_holder, before, [Random()], Random(), Later, default));
        Assert.False(await Store.AppendLinesAsync(_holder, chain with { Head = Random() }, [Random()], Random(), Later, default));
        Assert.False(await Store.AppendLinesAsync(Random(16), chain, [Random()], Random(), Later, default));
        Same(chain, Assert.Single(await Store.ReadChainsAsync(default)));
        Assert.Equal([(1, "a")], await LinesAsync(chain, 0, 10));
    }

    [Fact]
    public async Task Lines_are_removed_from_the_beginning_in_bites_and_never_past_the_bound()
    {
        var chain = await AppendAsync(await ClaimAsync(_holder, Random(16)), "a", "b", "c", "d");

        Assert.Equal(2, await Store.RemoveLinesAsync(chain.Id, 3, 2, default));
        Assert.Equal([(3, "c"), (4, "d")], await LinesAsync(chain, 0, 10));
        Assert.Equal(1, await Store.RemoveLinesAsync(chain.Id, 3, 2, default));
        Assert.Equal(0, await Store.RemoveLinesAsync(chain.Id, 3, 2, default));
        Same(chain, Assert.Single(await Store.ReadChainsAsync(default)));
    }

    [Fact]
    public async Task Of_two_checkpoints_with_one_number_the_first_stays()
    {
        Assert.True(await Store.AddCheckpointAsync(new StoredCheckpoint(1, Now, "first"), default));
        Assert.False(await Store.AddCheckpointAsync(new StoredCheckpoint(1, Now, "second"), default));

        Assert.Equal("first", (await Store.FindCheckpointAsync(long.MaxValue, default))!.Text);
    }

    [Fact]
    public async Task Checkpoints_are_found_by_time_and_by_number()
    {
        await AddCheckpointsAsync(3);

        Assert.Null(await Store.FindCheckpointAsync(Now, default));
        Assert.Equal(2, (await Store.FindCheckpointAsync(Now + 2, default))!.Number);
        Assert.Equal([2L, 3L], (await Store.ReadCheckpointsAsync(1, 10, default)).Select(checkpoint => checkpoint.Number));
        Assert.Equal(new StoredCheckpoint(2, Now + 2, "checkpoint 2"), Assert.Single(await Store.ReadCheckpointsAsync(1, 1, default)));
    }

    [Fact]
    public async Task Of_a_long_backlog_the_newest_checkpoints_wait_in_order()
    {
        await AddCheckpointsAsync(5);
        await Store.MarkShippedAsync(2, default);

        Assert.Equal([4L, 5L], (await Store.ReadUnshippedAsync(2, default)).Select(checkpoint => checkpoint.Number));
        Assert.Equal(3, await Store.CountUnshippedAsync(default));
        await Store.MarkShippedAsync(5, default);
        Assert.Empty(await Store.ReadUnshippedAsync(2, default));
        Assert.Equal(0, await Store.CountUnshippedAsync(default));
    }

    [Fact]
    public async Task Old_checkpoints_are_removed_in_bites()
    {
        await AddCheckpointsAsync(5);

        Assert.Equal(2, await Store.RemoveCheckpointsAsync(4, 2, default));
        Assert.Equal(1, await Store.RemoveCheckpointsAsync(4, 2, default));
        Assert.Equal([4L, 5L], (await Store.ReadCheckpointsAsync(0, 10, default)).Select(checkpoint => checkpoint.Number));
    }

    private Task<AuditChain> ClaimAsync(byte[] holder, byte[] unused) => Store.ClaimChainAsync(holder, unused, Now, Later, default);

    private async Task<AuditChain> AppendAsync(AuditChain chain, params string[] lines)
    {
        var head = Random();
        Assert.True(await Store.AppendLinesAsync(_holder, chain, [.. lines.Select(System.Text.Encoding.ASCII.GetBytes)], head, Later, default));
        return new AuditChain(chain.Id, chain.Sequence + lines.Length, head);
    }

    private async Task<IEnumerable<(long, string)>> LinesAsync(AuditChain chain, long after, int limit) =>
        (await Store.ReadLinesAsync(chain.Id, after, limit, default)).Select(row => (row.Sequence, System.Text.Encoding.ASCII.GetString(row.Line)));

    private async Task AddCheckpointsAsync(int count)
    {
        for (var number = 1; number <= count; number++)
        {
            Assert.True(await Store.AddCheckpointAsync(new StoredCheckpoint(number, Now + number, $"checkpoint {number}"), default));
        }
    }

    private static void Same(AuditChain expected, AuditChain actual)
    {
        Assert.Equal(expected.Id, actual.Id);
        Assert.Equal(expected.Sequence, actual.Sequence);
        Assert.Equal(expected.Head, actual.Head);
    }
}
