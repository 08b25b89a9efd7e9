using AuthProxy.Tokenizer.Audit.Checkpoints;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Audit;

public sealed class CheckpointMakerTests : IAsyncDisposable
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(30);

    private readonly AuditWorld _world = new();

    public async ValueTask DisposeAsync() => await _world.DisposeAsync();

    private MemoryAuditRecords Records => _world.Records;

    [Fact]
    public async Task Nothing_new_makes_no_checkpoint()
    {
        Assert.Null(await _world.Maker.MakeAsync(default));
        await _world.WriteAsync(3);

        var first = await _world.Maker.MakeAsync(default);
        Assert.Equal((1, 3), (first!.Number, Assert.Single(first.Chains).Sequence));
        Assert.Equal(1, (await _world.Maker.MakeAsync(default))!.Number);
        Assert.Single(Records.Checkpoints);
    }

    [Fact]
    public async Task Checkpoint_of_another_replica_covers_this_ones_lines()
    {
        await _world.WriteAsync(1);
        await (await _world.StartWriterAsync()).WriteAsync(AuditWorld.Event(), default);

        Assert.Equal(2, (await _world.NewMaker().MakeAsync(default))!.Chains.Count);
    }

    [Fact]
    public async Task Replicas_that_make_one_at_once_keep_one()
    {
        await _world.WriteAsync(1, 1);
        await _world.WriteAsync(1);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _world.NewMaker().MakeAsync(default)));

        Assert.Equal([1L, 2L], Records.Checkpoints.Keys);
        Assert.True((await _world.VerifyAsync()).IsGood);
    }

    [Fact]
    public async Task Keys_are_the_same_in_every_replica_and_others_of_another_database()
    {
        await using var other = new AuditWorld();

        Assert.Equal(_world.CheckpointKeys.Current.KeyId, new CheckpointKeys(_world.Keys).Current.KeyId);
        Assert.NotEqual(_world.CheckpointKeys.Current.KeyId, other.CheckpointKeys.Current.KeyId);
    }

    [Fact]
    public async Task Lines_past_their_time_go_up_to_a_checkpoint_and_the_rest_verifies()
    {
        await _world.WriteAsync(10, 4, 8);
        _world.Clock.Advance(Keep + TimeSpan.FromSeconds(1));
        await _world.WriteAsync(2);

        var checkpoint = await _world.NewMaker(Keep).MakeAsync(default);
        await _world.Retention.RemoveAsync(checkpoint!, default);

        Assert.Equal([9L, 10L, 11L, 12L], Assert.Single(Records.Chains).Lines.Keys);
        Assert.Equal([2L, 3L], Records.Checkpoints.Keys);
        Assert.True((await _world.VerifyAsync()).IsGood);
    }

    [Fact]
    public async Task Lines_past_their_time_go_where_nothing_new_is_written_too()
    {
        await _world.WriteAsync(4, 4);
        _world.Clock.Advance(Keep + TimeSpan.FromSeconds(1));

        var checkpoint = await _world.NewMaker(Keep).MakeAsync(default);
        await _world.Retention.RemoveAsync(checkpoint!, default);

        Assert.Empty(Records.AllLines);
        Assert.True((await _world.VerifyAsync()).IsGood);
        await _world.WriteAsync(1);
        Assert.True((await _world.VerifyAsync()).IsGood);
    }

    [Fact]
    public async Task Removal_that_broke_off_verifies_and_goes_on_with_the_next_checkpoint()
    {
        await _world.WriteAsync(10, 8);
        _world.Clock.Advance(Keep + TimeSpan.FromSeconds(1));
        var checkpoint = await _world.NewMaker(Keep).MakeAsync(default);

        Assert.True((await _world.VerifyAsync()).IsGood);
        await Records.RemoveLinesAsync(Assert.Single(Records.Chains).Id, 3, 100, default);
        Assert.True((await _world.VerifyAsync()).IsGood);
        await _world.Retention.RemoveAsync(checkpoint!, default);
        Assert.Equal([9L, 10L], Assert.Single(Records.Chains).Lines.Keys);
    }

    [Fact]
    public async Task Lines_that_somebody_removed_before_their_time_are_no_retention()
    {
        await _world.WriteAsync(10, 4, 8);
        await Records.RemoveLinesAsync(Assert.Single(Records.Chains).Id, 4, 100, default);

        Assert.Contains((await _world.VerifyAsync()).Findings, finding => finding.Number == 1 && finding.Chain is not null);
    }

    [Fact]
    public async Task Checkpoint_that_was_shipped_and_had_its_time_may_be_gone_and_a_younger_one_may_not()
    {
        await _world.WriteAsync(4, 2, 4);
        var shipped = Records.Checkpoints[1].Text;
        _world.Clock.Advance(Keep + TimeSpan.FromSeconds(1));
        var checkpoint = await _world.NewMaker(Keep).MakeAsync(default);
        await _world.Retention.RemoveAsync(checkpoint!, default);
        Assert.DoesNotContain(1L, Records.Checkpoints.Keys);

        var made = _world.Clock.GetUtcNow() - Keep;
        Assert.True((await _world.VerifyAsync([shipped], made.ToUnixTimeMilliseconds())).IsGood);
        Assert.False((await _world.VerifyAsync([shipped], made.AddDays(-1).ToUnixTimeMilliseconds())).IsGood);
    }

    [Fact]
    public async Task Planted_checkpoint_is_never_taken_up_into_a_signed_one()
    {
        await using var attacker = new AuditWorld();
        await attacker.WriteAsync(50, 50);
        await _world.WriteAsync(5, 5);
        Records.Checkpoints[1] = new StoredCheckpoint(1, 0, attacker.Records.Checkpoints[1].Text);
        await _world.WriteAsync(1);

        var made = await _world.NewMaker(Keep).MakeAsync(default);
        Assert.Equal(0, Assert.Single(made!.Chains).Base);
    }

    [Fact]
    public async Task Number_of_a_checkpoint_is_never_given_twice_when_the_database_was_put_back()
    {
        await _world.WriteAsync(2, 1, 2);
        Records.Checkpoints.Remove(2);
        await _world.WriteAsync(1);

        Assert.Equal(3, (await _world.Maker.MakeAsync(default))!.Number);
        Assert.Contains((await _world.VerifyAsync()).Findings, finding => finding is { Chain: null, Number: 2 });
    }
}
