using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Audit;

public sealed class AuditWriterTests : IAsyncLifetime
{
    private readonly AuditWorld _world = new();
    private AuditWriter _writer = null!;

    public async Task InitializeAsync() => _writer = await _world.StartWriterAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    private MemoryAuditRecords Records => _world.Records;

    [Fact]
    public async Task Operation_waits_until_its_line_is_written()
    {
        var held = new TaskCompletionSource();
        Records.BeforeAppend = () => held.Task;

        var writing = _writer.WriteAsync(AuditWorld.Event(), default);
        Assert.False(writing.IsCompleted);
        Assert.Empty(Records.AllLines);
        held.SetResult();
        await writing;
        Assert.Single(Records.AllLines);
    }

    [Fact]
    public async Task Lines_that_wait_together_share_a_round_trip()
    {
        var (held, begun) = (new TaskCompletionSource(), new TaskCompletionSource());
        Records.BeforeAppend = () =>
        {
            begun.TrySetResult();
            return held.Task;
        };

        var first = _writer.WriteAsync(AuditWorld.Event(), default);
        await begun.Task;
        var others = Enumerable.Range(0, 300).Select(_ => _writer.WriteAsync(AuditWorld.Event(), default)).ToArray();
        held.SetResult();
        await Task.WhenAll([first, .. others]);

        Assert.Equal([1, AuditWriter.LargestGroup, 300 - AuditWriter.LargestGroup], Records.Groups);
        Assert.True((await _world.VerifyAsync()).IsGood);
    }

    [Fact]
    public async Task Audit_that_cannot_be_written_fails_every_operation_that_needs_it_and_recovers()
    {
        Records.BeforeAppend = () => throw new StoreUnavailableException("the disk is full");
        await Assert.ThrowsAsync<AuditUnavailableException>(() => _writer.WriteAsync(AuditWorld.Event(), default));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => _writer.WriteAsync(AuditWorld.Event(), default));
        Assert.Empty(Records.AllLines);

        Records.BeforeAppend = () => Task.CompletedTask;
        await _writer.WriteAsync(AuditWorld.Event(), default);
        Assert.Single(Records.AllLines);
    }

    [Fact]
    public async Task Answer_of_the_database_that_is_lost_breaks_no_chain()
    {
        await _writer.WriteAsync(AuditWorld.Event(), default);
        Records.AfterAppend = () => throw new StoreUnavailableException("the connection broke after the commit");
        await Assert.ThrowsAsync<AuditUnavailableException>(() => _writer.WriteAsync(AuditWorld.Event(), default));

        Records.AfterAppend = () => true;
        await _writer.WriteAsync(AuditWorld.Event(), default);
        Assert.Equal(3, Assert.Single(Records.Chains).Lines.Count);
        Assert.True((await _world.VerifyAsync()).IsGood);
    }

    [Fact]
    public async Task Lines_whose_answer_was_lost_are_found_where_they_stand_and_not_written_twice()
    {
        await _writer.WriteAsync(AuditWorld.Event(), default);
        Records.AfterAppend = () => false;
        await _writer.WriteAsync(AuditWorld.Event(), default);

        Records.AfterAppend = () => true;
        await _writer.WriteAsync(AuditWorld.Event(), default);
        Assert.Equal(3, Assert.Single(Records.Chains).Lines.Count);
        Assert.True((await _world.VerifyAsync()).IsGood);
    }

    [Fact]
    public async Task Database_that_hangs_refuses_whoever_has_waited_long_enough_and_gets_the_line_all_the_same()
    {
        var held = new TaskCompletionSource();
        Records.BeforeAppend = () => held.Task;
        var writing = _writer.WriteAsync(AuditWorld.Event(), default);

        _world.Clock.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => writing);
        held.SetResult();
        await _writer.WriteAsync(AuditWorld.Event(), default);
        Assert.Equal(2, Records.AllLines.Count());
    }

    [Fact]
    public async Task Queue_that_is_full_refuses_at_once()
    {
        var held = new TaskCompletionSource();
        Records.BeforeAppend = () => held.Task;
        var waiting = new List<Task>();

        Assert.Throws<AuditUnavailableException>(() =>
        {
            for (var i = 0; i <= AuditWriter.QueueLength + AuditWriter.LargestGroup; i++)
            {
                waiting.Add(_writer.WriteAsync(AuditWorld.Event(), default));
            }
        });
        held.SetResult();
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task Replica_whose_chain_was_taken_over_goes_on_with_another()
    {
        await _writer.WriteAsync(AuditWorld.Event(), default);
        _world.Clock.Advance(TimeSpan.FromSeconds(11));
        var other = await _world.StartWriterAsync();
        await other.WriteAsync(AuditWorld.Event(), default);
        Assert.Single(Records.Chains);

        await _writer.WriteAsync(AuditWorld.Event(), default);
        Assert.Equal([1, 2], Records.Chains.Select(chain => chain.Lines.Count).Order());
        Assert.True((await _world.VerifyAsync()).IsGood);
    }

    [Fact]
    public async Task Replica_that_was_restarted_goes_on_with_its_chain()
    {
        await _writer.WriteAsync(AuditWorld.Event(), default);
        await _writer.StopAsync(default);

        await (await _world.StartWriterAsync()).WriteAsync(AuditWorld.Event(), default);
        Assert.Equal(2, Assert.Single(Records.Chains).Lines.Count);
    }

    [Fact]
    public async Task Replicas_write_side_by_side_each_in_a_chain_of_its_own()
    {
        var writers = new[] { _writer, await _world.StartWriterAsync(), await _world.StartWriterAsync() };
        await Task.WhenAll(writers.SelectMany(writer => Enumerable.Range(0, 200).Select(_ => writer.WriteAsync(AuditWorld.Event(), default))));

        Assert.Equal([200, 200, 200], Records.Chains.Select(chain => chain.Lines.Count));
        await _world.Maker.MakeAsync(default);
        Assert.True((await _world.VerifyAsync()).IsGood);
    }

    [Fact]
    public async Task What_waits_at_the_end_is_written_and_what_comes_later_is_refused()
    {
        var writing = Enumerable.Range(0, 50).Select(_ => _writer.WriteAsync(AuditWorld.Event(), default)).ToArray();
        await _writer.StopAsync(default);

        await Task.WhenAll(writing);
        Assert.Equal(50, Records.AllLines.Count());
        Assert.Throws<AuditUnavailableException>(() => { _ = _writer.WriteAsync(AuditWorld.Event(), default); });
    }

    [Fact]
    public async Task Lines_that_wait_are_written_although_the_time_for_the_end_is_used_up()
    {
        using var over = new CancellationTokenSource();
        await over.CancelAsync();
        var writing = _writer.WriteAsync(AuditWorld.Event(), default);
        await _writer.StopAsync(over.Token);

        await writing;
        Assert.Null(Assert.Single(Records.Chains).Holder);
    }

    [Fact]
    public async Task Client_that_leaves_does_not_take_its_line_back()
    {
        var held = new TaskCompletionSource();
        Records.BeforeAppend = () => held.Task;
        using var client = new CancellationTokenSource();
        var writing = _writer.WriteAsync(AuditWorld.Event(), client.Token);
        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        held.SetResult();
        await _writer.WriteAsync(AuditWorld.Event(), default);
        Assert.Equal(2, Records.AllLines.Count());
    }

    [Fact]
    public async Task Subject_is_sealed_and_opens_for_auditors_only_in_its_own_line()
    {
        await _writer.WriteAsync(AuditWorld.Event("Zaphod Beeblebrox"), default);
        var bytes = Assert.Single(Records.AllLines);
        var line = _world.Seal.Open(bytes)!;

        Assert.DoesNotContain("Zaphod", System.Text.Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.Equal(("https://login.test", "Zaphod Beeblebrox"), new ActorSeal(_world.Keys).Open(line));
        Assert.Null(new ActorSeal(_world.Keys).Open(line with { Sequence = 2 }));
        Assert.Null(new ActorSeal(new AuditWorld().Keys).Open(line));
    }
}
