using AuthProxy.Hosting.Health;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Keys;

/// <summary>
/// Lets this process report, first of all before it listens. One that lacks a key which the others seal with is unready: what they write it
/// could not read. A place that cannot be read meanwhile makes nobody unready: all replicas have the same one.
/// </summary>
internal sealed class ReplicaReports(Replica replica, HealthState health, TimeProvider clock, ILogger<ReplicaReports> log) : BackgroundService
{
    private readonly HealthCondition _hasKeys = health.AddCondition("master_keys");
    private KeysFault? _told;

    /// <exception cref="VaultNotOpenedException">The keys do not fit the database any more.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await replica.ReportAsync(cancellationToken) is { } fault)
            {
                throw new VaultNotOpenedException(fault.Why);
            }
        }
        catch (StoreUnavailableException fault)
        {
            throw new VaultNotOpenedException(fault.Message);
        }

        _hasKeys.Set(true);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await replica.LeaveAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is StoreUnavailableException or OperationCanceledException)
        {
            // It is taken for gone when it was silent for long enough.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Replica.Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await ReportAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task ReportAsync(CancellationToken cancellation)
    {
        try
        {
            var fault = await replica.ReportAsync(cancellation);
            _hasKeys.Set(fault is null or { StillFit: true });
            if (fault is { StillFit: false } && fault != _told)
            {
                Log.KeysDoNotFit(log, fault.Why);
            }
            else if (fault is { StillFit: true } && fault != _told)
            {
                Log.KeysNotRead(log, fault.Why);
            }

            _told = fault;
        }
        catch (StoreUnavailableException fault)
        {
            // The database's own probe makes the service unready.
            Log.NotReported(log, fault.Message);
        }
    }
}
