using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Sessions.Sealing;

namespace AuthProxy.Proxy.Sessions;

/// <summary>Ends what is over, removes what need not be remembered any longer, and looks for new versions of the realm's key.</summary>
internal sealed class SessionSweeper(
    ISessionStore store,
    SessionTerminator terminator,
    OpenedSessions opened,
    RealmKeys keys,
    StoreClock storeClock,
    TimeProvider clock,
    ILogger<SessionSweeper> log) : BackgroundService
{
    // Small, so that no logout waits behind a large deletion.
    private const int BatchSize = 200;

    // What is left is swept in the next turn: also a store that never runs empty leaves time for everything else.
    private const int MostBatches = 100;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    public async Task SweepAsync(CancellationToken cancellation)
    {
        opened.Trim();
        if (!keys.Reload())
        {
            log.RealmKeysUnreadable();
        }

        if (storeClock.IsApart)
        {
            // One of the two clocks is wrong. Where it is ours, we would end the sessions of everybody whose time has not come.
            return;
        }

        await RepeatAsync(async () => await terminator.EndGoneAsync(BatchSize, cancellation));
        await RepeatAsync(async () => await store.SweepAsync(clock.GetUtcNow(), BatchSize, cancellation));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            do
            {
                try
                {
                    await SweepAsync(stoppingToken);
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    log.SweepFailed(fault);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; what is left is swept at its next start.
        }
    }

    private static async Task RepeatAsync(Func<Task<int>> batch)
    {
        for (var batches = 0; batches < MostBatches && await batch() == BatchSize; batches++)
        {
        }
    }
}
