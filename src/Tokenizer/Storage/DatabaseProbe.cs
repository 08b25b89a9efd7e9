using AuthProxy.Hosting.Health;

namespace AuthProxy.Tokenizer.Storage;

/// <summary>
/// Asks the database once a second whether it answers. Probes are answered from its last word: at once, and whoever asks them often asks
/// nothing of the database.
/// </summary>
internal sealed class DatabaseProbe : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ITokenStore _store;
    private readonly TimeProvider _clock;
    private readonly HealthCondition _answers;

    public DatabaseProbe(ITokenStore store, HealthState health, TimeProvider clock)
    {
        (_store, _clock) = (store, clock);
        _answers = health.AddCondition("database");

        // It was opened just now.
        _answers.Set(true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                _answers.Set(await AnswersAsync(stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        try
        {
            await _store.PingAsync(cancellation);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
