using System.Threading.Channels;

namespace AuthProxy.Proxy.Sessions.Ends;

/// <summary>
/// Brings the ends of sessions to the Tokenizer: at once where it answers, again and again where it does not. What is not
/// acknowledged stays in the store, so a restart forgets nothing.
/// </summary>
internal sealed class EndDelivery(
    ISessionStore store,
    SessionMetrics metrics,
    TimeProvider clock,
    ILogger<EndDelivery> log,
    ITokenizerSessions? tokenizer = null) : BackgroundService
{
    private const int BatchSize = 50;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    /// <summary>How long whoever ends a session waits for the Tokenizer's word before leaving the matter to the background.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Whether there is a Tokenizer to be told.</summary>
    public bool IsWanted => tokenizer is not null;

    /// <summary>
    /// Tries once, so that a logout that has been answered is, as a rule, known to the Tokenizer as well; then leaves it to the background.
    /// </summary>
    public async ValueTask DeliverSoonAsync(UndeliveredEnd end, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        if (!await TryDeliverAsync(end, either.Token))
        {
            Wake();
        }
    }

    /// <summary>There is something to send.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Sends what is due; how much that was.</summary>
    public async Task<int> DeliverDueAsync(CancellationToken cancellation)
    {
        var due = await store.ListUndeliveredAsync(clock.GetUtcNow(), BatchSize, cancellation);
        foreach (var end in due)
        {
            if (!await TryDeliverAsync(end, cancellation))
            {
                var delay = DelayAfter(end.Attempts);
                log.EndNotDelivered(end.Sid, end.Attempts + 1, delay);
                await store.PostponeAsync(end.Sid, clock.GetUtcNow() + delay, cancellation);
            }
        }

        return due.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (IsWanted && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await DeliverDueAsync(stoppingToken) < BatchSize)
                {
                    await WaitAsync(stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // Whatever it was: what is left is due again, and nothing of it is a reason to stop the process.
                log.SweepFailed(fault);
                await WaitAsync(stoppingToken);
            }
        }
    }

    private static TimeSpan DelayAfter(int attempts)
    {
        var delay = FirstRetry * Math.Pow(2, Math.Min(attempts, 10));
        return delay < LongestRetry ? delay : LongestRetry;
    }

    private async ValueTask<bool> TryDeliverAsync(UndeliveredEnd end, CancellationToken cancellation)
    {
        var acknowledged = false;
        try
        {
            acknowledged = await tokenizer!.EndAsync(end.Sid, end.Until, cancellation);
            if (acknowledged)
            {
                await store.AcknowledgeAsync(end.Sid, CancellationToken.None);
            }
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or SessionStoreException or IOException)
        {
            // Whatever it was, the end is still in the store.
        }

        metrics.EndSent(acknowledged);
        return acknowledged;
    }

    private async Task WaitAsync(CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(LookEvery, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            await _wake.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // Time to look again, or to stop: the loop decides.
        }
    }
}
