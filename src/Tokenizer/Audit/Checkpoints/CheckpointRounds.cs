using AuthProxy.Hosting.Health;
using AuthProxy.Tokenizer.Audit.Shipping;
using AuthProxy.Tokenizer.Configuration;

namespace AuthProxy.Tokenizer.Audit.Checkpoints;

/// <summary>Makes and ships checkpoints when it is time: by the interval, by the number of lines, and at the end.</summary>
internal sealed class CheckpointRounds(
    CheckpointMaker maker, AuditRetention retention, CheckpointShipper shipper, AuditWriter writer, AuditSettings settings,
    HealthState health, ILogger<CheckpointRounds> log, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    /// <summary>How long the last round may take, whatever time is left of the service's end.</summary>
    private static readonly TimeSpan LastRound = TimeSpan.FromSeconds(5);

    // Perhaps from before the start, too.
    private volatile bool _waits = true;
    private long _covered;
    private long _last = clock.GetTimestamp();

    /// <summary>Makes a checkpoint, removes what has had its time, and ships what waits.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await MakeAsync(cancellation);
        await ShipAsync(cancellation);
    }

    /// <summary>The writer has written its last line by now: the next start finds nothing that is not covered.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var deadline = new CancellationTokenSource(LastRound, clock);
        await TryRunAsync(RunAsync, deadline.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        health.AddDetail("audit_checkpoints", () => shipper.State);
        shipper.WarnOfNoSink();

        // Side by side: a sink that is slow, or a long backlog, keeps no checkpoint from being made.
        await Task.WhenAll(
            EachStepAsync(cancellation => IsDue() ? MakeAsync(cancellation) : Task.CompletedTask, stoppingToken),
            EachStepAsync(ShipAsync, stoppingToken));
    }

    private async Task MakeAsync(CancellationToken cancellation)
    {
        (_last, _covered) = (clock.GetTimestamp(), writer.Written);
        if (await maker.MakeAsync(cancellation) is { } checkpoint)
        {
            _waits = true;
            await retention.RemoveAsync(checkpoint, cancellation);
        }
    }

    private async Task ShipAsync(CancellationToken cancellation)
    {
        if (!_waits)
        {
            await shipper.ShipAgainAsync(cancellation);
            return;
        }

        try
        {
            _waits = false;
            await shipper.ShipAsync(cancellation);
        }
        catch
        {
            _waits = true;
            throw;
        }
    }

    private async Task EachStepAsync(Func<CancellationToken, Task> round, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Step, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryRunAsync(round, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private bool IsDue() =>
        clock.GetElapsedTime(_last) >= settings.Checkpoints.Interval || writer.Written - _covered >= settings.Checkpoints.Lines;

    private async Task TryRunAsync(Func<CancellationToken, Task> round, CancellationToken cancellation)
    {
        try
        {
            await round(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The end: what waits is made and shipped after the next start, or by another replica.
        }
        catch (Exception fault)
        {
            Log.CheckpointFailed(log, fault);
        }
    }
}
