using System.Diagnostics;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions.Ends;

namespace AuthProxy.Proxy.Sessions.Refresh;

/// <summary>
/// One refresh of one session, whichever replica's turn it is: takes the lease, looks whether somebody else was faster, shows the refresh
/// token to the provider, and stores what comes for it before it tells anybody.
/// </summary>
internal sealed class RefreshFlight(
    ISessionStore store, LiveSessions sessions, SessionTerminator terminator, ITokenRefresher provider, RenewedTokens renewed, RefreshSignals signals, RefreshMetrics metrics,
    TimeProvider clock, ILogger<RefreshFlight> log)
{
    /// <param name="held">The session.</param>
    /// <param name="settings">How its provider's sessions are kept fresh.</param>
    /// <param name="cancellation">Ends the wait for another replica. What has been begun at the provider is always brought to its end: new tokens may be the only good ones.</param>
    public async Task<FreshnessOutcome> RunAsync(HeldSession held, RefreshSettings settings, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(settings.Wait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            return await TakeTurnAsync(held, settings, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return Finished("unavailable", new FreshnessOutcome.ProviderUnavailable("another proxy of the realm is renewing the tokens, and takes longer than a request waits"));
        }
        catch (SessionStoreException fault)
        {
            return Finished("store_unavailable", new FreshnessOutcome.StoreUnavailable(fault.Message));
        }
    }

    private async Task<FreshnessOutcome> TakeTurnAsync(HeldSession held, RefreshSettings settings, CancellationToken cancellation)
    {
        for (var looks = 0; ; looks++)
        {
            await using var lease = await RefreshLease.TryTakeAsync(store, held.Session.Sid, clock, cancellation);

            // After the lease and not before: what its last holder stored is there to be seen.
            using var read = await sessions.ReadAsync(held.Cookie, held.Host, cancellation);
            if (read is null && !await store.IsEndedAsync(held.Session.Sid, cancellation))
            {
                // One browser's cookie counts no longer, or the session's time is over: that is no word about the others that wait here.
                return Finished("unavailable", new FreshnessOutcome.ProviderUnavailable("the session cannot be opened by this cookie any more"));
            }

            if (read is null)
            {
                return Finished("ended", new FreshnessOutcome.Ended("the session has ended"));
            }

            if (!settings.IsDue(read.Session.Tokens, clock.GetUtcNow()))
            {
                return Finished("found", new FreshnessOutcome.Fresh(read.Session));
            }

            if (lease is not null)
            {
                return await RenewAsync(held, read, lease);
            }

            await signals.WaitAsync(held.Session.Sid, looks, cancellation);
        }
    }

    private async Task<FreshnessOutcome> RenewAsync(HeldSession held, OpenSession read, RefreshLease lease) =>
        await TakeAsync(held, read, lease, await provider.RefreshAsync(read.Session, CancellationToken.None));

    private async Task<FreshnessOutcome> TakeAsync(HeldSession held, OpenSession read, RefreshLease lease, RefreshOutcome outcome)
    {
        switch (outcome)
        {
            case RefreshOutcome.Rotated rotated:
                return await KeepAsync(held, read, lease, rotated);
            case RefreshOutcome.Refreshed refreshed:
                return await renewed.StoreAsync(held, read, lease, session => session.Renew(refreshed.Tokens, refreshed.Claims), CancellationToken.None) switch
                {
                    FreshnessOutcome.Fresh fresh => Renewed(fresh),
                    null => await EndAsync(read.Session, SessionEndReason.TokensLost, "lost", "the new tokens could not be stored"),
                    var other => Finished("ended", other),
                };
            case RefreshOutcome.Refused refused:
                return await EndUnlessNewerAsync(held, read, refused.Why);
            case RefreshOutcome.Unavailable unavailable:
                return await PutOffAsync(held, read, lease, unavailable);
            default:
                throw new UnreachableException();
        }
    }

    // The provider may take its time with the rest, and this process end meanwhile: whoever comes next finds the token that is good. It is all that is
    // stored so far: new tokens beside old claims would let somebody go on with rights that were taken away.
    private async Task<FreshnessOutcome> KeepAsync(HeldSession held, OpenSession read, RefreshLease lease, RefreshOutcome.Rotated rotated) =>
        await StoreRotatedAsync(held, read, lease, rotated.RefreshToken) switch
        {
            FreshnessOutcome.Fresh { Session: var session } when session.Tokens.RefreshToken == rotated.RefreshToken =>
                await TakeAsync(held, read with { Session = session }, lease, await rotated.WaitAsync(CancellationToken.None)),
            FreshnessOutcome.Fresh newer => Finished("found", newer),
            null => await EndAsync(read.Session, SessionEndReason.TokensLost, "lost", "the new refresh token could not be stored"),
            var other => Finished("ended", other),
        };

    private Task<FreshnessOutcome?> StoreRotatedAsync(HeldSession held, OpenSession read, RefreshLease lease, string rotated) =>
        renewed.StoreAsync(held, read, lease, session => session.Renew(session.Tokens with { RefreshToken = rotated }, null), CancellationToken.None);

    private FreshnessOutcome Renewed(FreshnessOutcome.Fresh fresh)
    {
        log.TokensRenewed(fresh.Session.Sid);
        return Finished("renewed", fresh);
    }

    // A holder whose lease ran out may have shown the same token, and stored what came for it, in the meantime.
    private async Task<FreshnessOutcome> EndUnlessNewerAsync(HeldSession held, OpenSession shown, string why)
    {
        using var present = await sessions.ReadAsync(held.Cookie, held.Host, CancellationToken.None);
        if (present is not null && present.Session.Tokens != shown.Session.Tokens)
        {
            return Finished("found", new FreshnessOutcome.Fresh(present.Session));
        }

        log.RefreshRefused(shown.Session.Sid, why);
        return await EndAsync(shown.Session, SessionEndReason.RefreshRefused, "refused", "the provider vouches for the session no longer");
    }

    private async Task<FreshnessOutcome> EndAsync(Session session, SessionEndReason reason, string word, string why)
    {
        await terminator.EndAsync(session, reason, CancellationToken.None);
        return Finished(word, new FreshnessOutcome.Ended(why));
    }

    private async Task<FreshnessOutcome> PutOffAsync(HeldSession held, OpenSession read, RefreshLease lease, RefreshOutcome.Unavailable unavailable)
    {
        if (unavailable.IsMisconfigured)
        {
            log.RefreshMisconfigured(unavailable.Why);
        }
        else
        {
            log.RefreshUnavailable(read.Session.Sid, unavailable.Why);
        }

        if (unavailable.RefreshToken is { } rotated && rotated != read.Session.Tokens.RefreshToken && await StoreRotatedAsync(held, read, lease, rotated) is null)
        {
            return await EndAsync(read.Session, SessionEndReason.TokensLost, "lost", "the new refresh token could not be stored");
        }

        return Finished("unavailable", new FreshnessOutcome.ProviderUnavailable(unavailable.Why) { RetryAfter = unavailable.RetryAfter });
    }

    private FreshnessOutcome Finished(string word, FreshnessOutcome outcome)
    {
        metrics.Finished(word);
        return outcome;
    }
}
