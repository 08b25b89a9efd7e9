using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Audit.Shipping;

/// <summary>
/// Brings checkpoints to the sink, in order. What waits lies in the database and not in memory, and survives a restart. A sink that fails is
/// asked again after a second, then ever more rarely, up to once a minute; it keeps no operation waiting.
/// </summary>
internal sealed class CheckpointShipper(
    IAuditRecords store, AuditMetrics metrics, ILogger<CheckpointShipper> log, TimeProvider clock, ICheckpointSink? sink = null)
{
    /// <summary>Of a longer backlog only the newest are shipped: each covers everything before it.</summary>
    public const int LongestBacklog = 1000;

    /// <summary>What a sink may take for one checkpoint, also where it hears of no cancellation: a disk that hangs does not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan ShortestDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    private Task _underWay = Task.CompletedTask;
    private TimeSpan _delay;
    private long _failedAt;
    private volatile string _state = "nothing yet";

    /// <summary>For the readiness probe's details.</summary>
    public string State => sink is null ? "no sink" : _state;

    public void WarnOfNoSink()
    {
        if (sink is null)
        {
            Log.NoSink(log);
        }
    }

    /// <summary>Ships what waits, unless the sink has failed and its time has not come again.</summary>
    public async Task ShipAsync(CancellationToken cancellation)
    {
        if (sink is null || (_delay > TimeSpan.Zero && clock.GetElapsedTime(_failedAt) < _delay))
        {
            return;
        }

        foreach (var checkpoint in await store.ReadUnshippedAsync(LongestBacklog, cancellation))
        {
            if (!await TryShipAsync(sink, checkpoint, cancellation))
            {
                break;
            }
        }

        metrics.Unshipped(await store.CountUnshippedAsync(cancellation));
    }

    /// <summary>Between rounds there is something to do only after a failure.</summary>
    public Task ShipAgainAsync(CancellationToken cancellation) => _delay > TimeSpan.Zero ? ShipAsync(cancellation) : Task.CompletedTask;

    private async Task<bool> TryShipAsync(ICheckpointSink to, StoredCheckpoint checkpoint, CancellationToken cancellation)
    {
        try
        {
            await GiveAsync(to, checkpoint, cancellation);
        }
        catch (CheckpointNotShippedException fault)
        {
            metrics.Shipped(good: false);
            _delay = _delay == TimeSpan.Zero ? ShortestDelay : TimeSpan.FromTicks(Math.Min(_delay.Ticks * 2, LongestDelay.Ticks));
            _failedAt = clock.GetTimestamp();
            _state = $"failing at {checkpoint.Number}";
            Log.NotShipped(log, checkpoint.Number, fault.Message, _delay);
            return false;
        }

        await store.MarkShippedAsync(checkpoint.Number, cancellation);
        metrics.Shipped(good: true);
        if (_delay > TimeSpan.Zero)
        {
            Log.ShippedAgain(log, checkpoint.Number);
        }

        (_delay, _state) = (TimeSpan.Zero, $"shipped {checkpoint.Number}");
        return true;
    }

    // One at a time, even after patience has ended: a sink that hangs holds one thread and not one more a minute.
    private async Task GiveAsync(ICheckpointSink to, StoredCheckpoint checkpoint, CancellationToken cancellation)
    {
        if (!_underWay.IsCompleted)
        {
            throw new CheckpointNotShippedException("the sink still has not taken an earlier one");
        }

        _underWay = Task.Run(() => to.ShipAsync(checkpoint, cancellation), CancellationToken.None);
        try
        {
            await _underWay.WaitAsync(Patience, clock, cancellation);
        }
        catch (TimeoutException fault)
        {
            throw new CheckpointNotShippedException($"the sink did not take it within {Patience}", fault);
        }
    }
}
