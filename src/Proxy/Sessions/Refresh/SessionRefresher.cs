using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions.Ends;

namespace AuthProxy.Proxy.Sessions.Refresh;

/// <summary>
/// Keeps the tokens of sessions fresh, with one refresh a session at a time: here by sharing it, in the realm by the store's lease. A
/// refresh is begun by a request and belongs to nobody; who has a good token does not wait for it. The process does not end before those
/// that have been begun: it would take new tokens with it.
/// </summary>
internal sealed class SessionRefresher(
    SessionTerminator terminator, RefreshFlight flight, ITokenRefresher provider, RefreshMetrics metrics, TimeProvider clock, ILogger<SessionRefresher> log)
    : IHostedService, IDisposable
{
    // Each is a session that somebody is using just now and whose token ends.
    private const int MostFlights = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<FreshnessOutcome>> _flights = new(StringComparer.Ordinal);
    private readonly RefreshPauses _pauses = new(clock);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>
    /// What its provider's settings ask of every request of a session: that tokens are renewed in good time, and, where that is required,
    /// that they are good. Null where nothing keeps the request from going on with the session as it is.
    /// </summary>
    public async ValueTask<FreshnessOutcome?> AdmitAsync(SessionLookup.Live login, string host, CancellationToken cancellation)
    {
        var session = login.Session;
        if (provider.SettingsOf(session) is not { } settings)
        {
            return null;
        }

        if (settings.Required && RefreshSettings.HasEnded(session.Tokens, clock.GetUtcNow()))
        {
            return await WaitAsync(login, host, settings, cancellation);
        }

        if (settings.Keep == RefreshOccasion.Used)
        {
            KeepFresh(login, host, settings);
        }

        return null;
    }

    /// <summary>The session with an access token that is good now; waits only where the one at hand is not.</summary>
    public async ValueTask<FreshnessOutcome> EnsureAsync(SessionLookup.Live login, string host, CancellationToken cancellation)
    {
        if (provider.SettingsOf(login.Session) is not { } settings)
        {
            return new FreshnessOutcome.ProviderUnavailable("the session's provider is not configured any more");
        }

        if (RefreshSettings.HasEnded(login.Session.Tokens, clock.GetUtcNow()))
        {
            return await WaitAsync(login, host, settings, cancellation);
        }

        KeepFresh(login, host, settings);
        return new FreshnessOutcome.Fresh(login.Session);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Waits for the refreshes that have been begun; new ones are not.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        List<Task> begun;
        lock (_gate)
        {
            begun = [.. _flights.Values];
        }

        await Task.WhenAll(begun).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    private void KeepFresh(SessionLookup.Live login, string host, RefreshSettings settings)
    {
        if (login.Session.Tokens.RefreshToken is not null && settings.IsDue(login.Session.Tokens, clock.GetUtcNow()))
        {
            _ = Join(new HeldSession(login.Session, login.Cookie, host), settings);
        }
    }

    private async Task<FreshnessOutcome> WaitAsync(SessionLookup.Live login, string host, RefreshSettings settings, CancellationToken cancellation)
    {
        if (login.Session.Tokens.RefreshToken is null)
        {
            // Left alive it would send a browser round in circles: no login helps somebody who is signed in already.
            await terminator.EndAsync(login.Session, SessionEndReason.TokensEnded, cancellation);
            return new FreshnessOutcome.Ended("the access token has ended, and there is no refresh token");
        }

        var began = clock.GetTimestamp();
        try
        {
            return await Join(new HeldSession(login.Session, login.Cookie, host), settings).WaitAsync(settings.Wait, clock, cancellation) switch
            {
                FreshnessOutcome.Fresh fresh when RefreshSettings.HasEnded(fresh.Session.Tokens, clock.GetUtcNow()) =>
                    new FreshnessOutcome.ProviderUnavailable("the provider gave no access token that is good for anything"),
                var outcome => outcome,
            };
        }
        catch (TimeoutException)
        {
            return new FreshnessOutcome.ProviderUnavailable("the refresh takes longer than a request waits");
        }
        finally
        {
            metrics.Waited(clock.GetElapsedTime(began));
        }
    }

    private Task<FreshnessOutcome> Join(HeldSession held, RefreshSettings settings)
    {
        lock (_gate)
        {
            if (_flights.TryGetValue(held.Session.Sid, out var running))
            {
                return running;
            }

            if (_pauses.IsOn(held.Session.Sid) || _flights.Count >= MostFlights || _stopping.IsCancellationRequested)
            {
                return Task.FromResult<FreshnessOutcome>(new FreshnessOutcome.ProviderUnavailable("no refresh is begun now: the last has just failed, or there are too many, or the process ends"));
            }

            // It serves everybody: it must not end with the request that happened to begin it.
            using (ExecutionContext.SuppressFlow())
            {
                return _flights[held.Session.Sid] = Task.Run(() => FlyAsync(held, settings));
            }
        }
    }

    private async Task<FreshnessOutcome> FlyAsync(HeldSession held, RefreshSettings settings)
    {
        var outcome = await RunAsync(held, settings);
        var sid = held.Session.Sid;
        if (outcome is FreshnessOutcome.Fresh or FreshnessOutcome.Ended)
        {
            _pauses.End(sid);
        }
        else
        {
            log.RefreshPaused(sid, _pauses.Begin(sid, (outcome as FreshnessOutcome.ProviderUnavailable)?.RetryAfter));
        }

        lock (_gate)
        {
            _flights.Remove(sid);
        }

        return outcome;
    }

    private async Task<FreshnessOutcome> RunAsync(HeldSession held, RefreshSettings settings)
    {
        try
        {
            return await flight.RunAsync(held, settings, _stopping.Token);
        }
        catch (Exception fault)
        {
            // Whoever waits gets an answer, whatever went wrong.
            log.RefreshFailed(held.Session.Sid, fault);
            return new FreshnessOutcome.ProviderUnavailable("the refresh failed");
        }
    }
}
