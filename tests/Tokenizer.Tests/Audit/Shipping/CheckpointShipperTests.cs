using AuthProxy.Tokenizer.Audit.Shipping;
using AuthProxy.Tokenizer.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Tokenizer.Tests.Audit.Shipping;

public sealed class CheckpointShipperTests : IAsyncDisposable
{
    private readonly AuditWorld _world = new();
    private readonly Sink _sink = new();
    private readonly CheckpointShipper _shipper;

    public CheckpointShipperTests() => _shipper = new(_world.Records, _world.Metrics, NullLogger<CheckpointShipper>.Instance, _world.Clock, _sink);

    public async ValueTask DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Checkpoints_are_shipped_once_and_in_order()
    {
        Add(1, 3);
        await _shipper.ShipAsync(default);
        await _shipper.ShipAsync(default);

        Assert.Equal([1L, 2L, 3L], _sink.Taken);
        Assert.Equal("shipped 3", _shipper.State);
    }

    [Fact]
    public async Task What_a_failing_sink_did_not_take_waits_and_is_shipped_when_it_is_back()
    {
        Add(1, 3);
        _sink.FailsFrom = 2;
        await _shipper.ShipAsync(default);
        Assert.Equal("failing at 2", _shipper.State);
        _sink.FailsFrom = long.MaxValue;

        await _shipper.ShipAgainAsync(default);
        Assert.Equal([1L], _sink.Taken);
        _world.Clock.Advance(TimeSpan.FromSeconds(1));
        await _shipper.ShipAgainAsync(default);
        Assert.Equal([1L, 2L, 3L], _sink.Taken);
    }

    [Fact]
    public async Task Sink_that_goes_on_failing_is_asked_ever_more_rarely_and_at_least_once_a_minute()
    {
        Add(1, 1);
        _sink.FailsFrom = 1;
        for (var second = 0; second < 600; second++)
        {
            await _shipper.ShipAsync(default);
            _world.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_sink.Attempts, 10, 16);
    }

    [Fact]
    public async Task Of_a_backlog_past_the_bound_the_newest_are_shipped_and_nothing_waits_any_more()
    {
        Add(1, CheckpointShipper.LongestBacklog + 5);
        await _shipper.ShipAsync(default);

        Assert.Equal(Enumerable.Range(6, CheckpointShipper.LongestBacklog).Select(number => (long)number), _sink.Taken);
        Assert.Equal(0, await _world.Records.CountUnshippedAsync(default));
    }

    [Fact]
    public async Task Sink_that_hangs_is_given_up_and_given_nothing_more_until_it_lets_go()
    {
        Add(1, 1);
        _sink.Held = new TaskCompletionSource();
        var shipping = _shipper.ShipAsync(default);
        await _sink.Asked.Task;
        for (var i = 0; i < 1000 && !shipping.IsCompleted; i++)
        {
            // The sink may be asked before anybody begins to wait for it.
            _world.Clock.Advance(TimeSpan.FromSeconds(15));
            await Task.Delay(1);
        }

        await shipping;
        Assert.Equal("failing at 1", _shipper.State);

        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        await _shipper.ShipAgainAsync(default);
        Assert.Equal(1, _sink.Attempts);

        _sink.Held.SetResult();
        for (var i = 0; i < 1000 && _shipper.State != "shipped 1"; i++)
        {
            // It lets go on a thread of its own.
            _world.Clock.Advance(TimeSpan.FromMinutes(1));
            await _shipper.ShipAgainAsync(default);
            await Task.Delay(1);
        }

        Assert.Equal("shipped 1", _shipper.State);
    }

    [Fact]
    public async Task Without_a_sink_nothing_is_asked_of_the_database()
    {
        Add(1, 1);
        var none = new CheckpointShipper(_world.Records, _world.Metrics, NullLogger<CheckpointShipper>.Instance, _world.Clock);
        await none.ShipAsync(default);

        Assert.Equal("no sink", none.State);
        Assert.Equal(0, _world.Records.ShippedUpTo);
    }

    private void Add(int from, int to)
    {
        for (var number = from; number <= to; number++)
        {
            _world.Records.Checkpoints.Add(number, new StoredCheckpoint(number, 0, $"checkpoint {number}"));
        }
    }

    private sealed class Sink : ICheckpointSink
    {
        public List<long> Taken { get; } = [];

        public int Attempts { get; private set; }

        public long FailsFrom { get; set; } = long.MaxValue;

        /// <summary>What it hangs on, deaf to cancellation.</summary>
        public TaskCompletionSource? Held { get; set; }

        public TaskCompletionSource Asked { get; } = new();

        public async Task ShipAsync(StoredCheckpoint checkpoint, CancellationToken cancellation)
        {
            Attempts++;
            Asked.TrySetResult();
            await (Held?.Task ?? Task.CompletedTask);
            if (checkpoint.Number >= FailsFrom)
            {
                throw new CheckpointNotShippedException("the sink is down");
            }

            Taken.Add(checkpoint.Number);
        }
    }
}
