using AuthProxy.Proxy.Sessions.Sealing;

namespace AuthProxy.Proxy.Sessions;

/// <summary>Ends what is over, removes what need not be remembered any longer, and looks for new versions of the realm's key.</summary>
internal sealed class SessionSweeper(
    ISessionStore store,
    LiveSessions sessions,
    OpenedSessions opened,
    RealmKeys keys,
    TimeProvider clock,
    ILogger<SessionSweeper> log) : BackgroundService
{
    // Small, so that no logout waits behind a large deletion.
    private const int BatchSize = 200;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    public async Task SweepAsync(CancellationToken cancellation)
    {
        opened.Trim();
        if (!keys.Reload())
        {
            log.RealmKeysUnreadable();
        }

        while (await sessions.EndGoneAsync(BatchSize, cancellation) == BatchSize)
        {
        }

        while (await store.SweepAsync(clock.GetUtcNow(), BatchSize, cancellation) == BatchSize)
        {
        }
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
                catch (SessionStoreException fault)
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
}
