namespace AuthProxy.Proxy.Sessions.Refresh;

/// <summary>
/// Stores what the provider gave, before anybody uses it. The old refresh token may be used up by now, so the new one is held on to and tried
/// again while there is hope; and what the holder of a newer lease has stored is never overwritten.
/// </summary>
internal sealed class RenewedTokens(ISessionStore store, LiveSessions sessions, TimeProvider clock, ILogger<RenewedTokens> log)
{
    /// <summary>How long a store that does not answer is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The session as it is stored in the end; null where it could not be stored.</summary>
    /// <param name="held">What opens the session again.</param>
    /// <param name="read">The session whose refresh token was shown to the provider.</param>
    /// <param name="lease">The lease under which that was done.</param>
    /// <param name="renew">Gives a session the new tokens.</param>
    /// <param name="cancellation">Gives them up.</param>
    public async Task<FreshnessOutcome?> StoreAsync(HeldSession held, OpenSession read, RefreshLease lease, Func<Session, Session> renew, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        for (var attempt = 0; clock.GetElapsedTime(began) < Patience; attempt++)
        {
            try
            {
                if (await TryStoreAsync(held, read, lease, renew, cancellation) is { } outcome)
                {
                    return outcome;
                }
            }
            catch (SessionStoreException fault) when (attempt == 0)
            {
                log.TokensNotStored(held.Session.Sid, fault);
            }
            catch (SessionStoreException)
            {
                // As before.
            }

            await Task.Delay(Pause, clock, cancellation);
        }

        log.TokensLost(held.Session.Sid);
        return null;
    }

    private async Task<FreshnessOutcome?> TryStoreAsync(
        HeldSession held, OpenSession read, RefreshLease lease, Func<Session, Session> renew, CancellationToken cancellation)
    {
        if (await TryReplaceAsync(read, lease, renew, cancellation) is { } stored)
        {
            return stored;
        }

        // The lease was lost, or the session is gone. Read after a new lease is had: nothing can be stored in between.
        await using var again = await RefreshLease.TryTakeAsync(store, held.Session.Sid, clock, cancellation);
        using var present = await sessions.ReadAsync(held.Cookie, held.Host, cancellation);
        if (present is null)
        {
            return new FreshnessOutcome.Ended("the session ended while its tokens were renewed");
        }

        if (present.Session.Tokens != read.Session.Tokens)
        {
            log.TokensOutrun(held.Session.Sid);
            return new FreshnessOutcome.Fresh(present.Session);
        }

        return again is null ? null : await TryReplaceAsync(present, again, renew, cancellation);
    }

    private async Task<FreshnessOutcome?> TryReplaceAsync(OpenSession read, RefreshLease lease, Func<Session, Session> renew, CancellationToken cancellation)
    {
        var renewed = renew(read.Session);
        return await sessions.ReplaceAsync(read, renewed, lease.Held, cancellation) ? new FreshnessOutcome.Fresh(renewed) : null;
    }
}
