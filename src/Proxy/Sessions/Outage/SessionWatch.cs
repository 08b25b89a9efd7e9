using AuthProxy.Hosting.Health;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions.News;

namespace AuthProxy.Proxy.Sessions.Outage;

/// <summary>
/// Knows which mode sessions are in and says so when it changes; has open connections checked while news may not arrive, and finds out
/// when the store is back.
/// </summary>
internal sealed class SessionWatch(
    ISessionStore store,
    StoreReach reach,
    NewsStanding standing,
    NewsHandlers handlers,
    PutOffTouches touches,
    SessionSettings settings,
    SessionMetrics metrics,
    TimeProvider clock,
    ILogger<SessionWatch> log,
    HealthState? health = null) : BackgroundService
{
    private static readonly TimeSpan LookEvery = NewsTimes.Heartbeat;
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);

    private SessionMode? _said;
    private long _toldAt = long.MinValue;

    public SessionMode Mode =>
        reach.IsOut ? SessionMode.Outage : standing.IsConfirmed(clock.GetTimestamp()) ? SessionMode.Confirmed : SessionMode.Unconfirmed;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        health?.AddDetail("sessions", () => Mode.Name());
        metrics.Show(() => Mode);
        return base.StartAsync(cancellationToken);
    }

    public async Task LookAsync(CancellationToken cancellation)
    {
        SayChange(Mode);
        TellSilence();
        if (reach.IsOut)
        {
            await ProbeAsync(cancellation);
        }
        else if (touches.Count > 0)
        {
            await WriteTouchesAsync(cancellation);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryLookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task TryLookAsync(CancellationToken stopping)
    {
        try
        {
            await LookAsync(stopping);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            log.LookFailed(fault);
        }
    }

    private void SayChange(SessionMode mode)
    {
        if (mode == _said)
        {
            return;
        }

        switch (mode)
        {
            case SessionMode.Confirmed when _said is not null:
                log.SessionsConfirmed();
                break;
            case SessionMode.Unconfirmed when _said is not null:
                log.SessionsUnconfirmed();
                break;
            case SessionMode.Outage:
                log.SessionsInOutage(settings.OutageBudget);
                break;
        }

        _said = mode;
    }

    // What is open hears of no end while news does not arrive.
    private void TellSilence()
    {
        var now = clock.GetTimestamp();
        if (standing.IsReliable && standing.IsConfirmed(now))
        {
            _toldAt = long.MinValue;
        }
        else if (_toldAt == long.MinValue || clock.GetElapsedTime(_toldAt, now) >= TellEvery)
        {
            _toldAt = now;
            handlers.HandleSilence();
        }
    }

    private async Task ProbeAsync(CancellationToken cancellation)
    {
        try
        {
            await store.IsEndedAsync("probe", cancellation);
            reach.Answered();
        }
        catch (SessionStoreException)
        {
            reach.Failed();
        }
    }

    private async Task WriteTouchesAsync(CancellationToken cancellation)
    {
        try
        {
            await touches.WriteAsync(cancellation);
        }
        catch (SessionStoreException)
        {
            reach.Failed();
        }
    }
}
