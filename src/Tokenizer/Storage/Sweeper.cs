using AuthProxy.Tokenizer.Events;

namespace AuthProxy.Tokenizer.Storage;

/// <summary>Removes what nobody can use any more, in small bites, so that nobody waits for it.</summary>
internal sealed class Sweeper(ITokenStore store, VaultEvents events, TimeProvider clock) : BackgroundService
{
    private const int RowsPerTransaction = 200;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(30);

    /// <summary>An upload that wrote nothing for this long has lost its client.</summary>
    private static readonly TimeSpan IdleUpload = TimeSpan.FromMinutes(10);

    /// <summary>One round: bite by bite until nothing is left.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        int rows;
        do
        {
            var now = clock.NowMilliseconds();
            rows = await store.SweepAsync(now, now - (long)IdleUpload.TotalMilliseconds, RowsPerTransaction, cancellation);
            events.Swept(rows);
        }
        while (rows > 0);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, clock);
        while (await NextRoundAsync(timer, stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (StoreUnavailableException fault)
            {
                events.SweepFailed(fault);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private static async Task<bool> NextRoundAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
