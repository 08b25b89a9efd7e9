using System.Collections.Concurrent;

namespace AuthProxy.Tokenizer.Audit;

/// <summary>
/// Refusals of callers that nobody knows, counted by what they asked for and why they were refused, and written once a second as one line each:
/// strangers cannot fill the audit, nor keep others waiting for it.
/// </summary>
internal sealed class RefusalTally(AuditWriter writer, ILogger<RefusalTally> log, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    // As many as there are actions times reasons, and both are closed sets.
    private readonly ConcurrentDictionary<(AuditAction Action, string Reason), Counter> _counters = new();

    public void Add(AuditAction action, string reason) => _counters.GetOrAdd((action, reason), _ => new Counter()).Add(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(CancellationToken.None);
    }

    /// <summary>Writes what was counted since the last time.</summary>
    public async Task WriteAsync(CancellationToken cancellation)
    {
        foreach (var ((action, reason), counter) in _counters)
        {
            var count = counter.Take();
            try
            {
                if (count > 0)
                {
                    await writer.WriteAsync(new AuditEvent(action, null, reason, Count: count), cancellation);
                }
            }
            catch (AuditUnavailableException fault)
            {
                counter.Add(count);
                Log.TallyNotWritten(log, fault);
                return;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await WriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private sealed class Counter
    {
        private long _count;

        public void Add(long count) => Interlocked.Add(ref _count, count);

        public long Take() => Interlocked.Exchange(ref _count, 0);
    }
}
