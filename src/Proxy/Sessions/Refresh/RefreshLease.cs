namespace AuthProxy.Proxy.Sessions.Refresh;

/// <summary>The right to show a session's refresh token to the provider, renewed for as long as it is held: a slow provider must not cost it.</summary>
internal sealed class RefreshLease : IAsyncDisposable
{
    /// <summary>How long the others wait for one that died with its holder.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(10);

    /// <summary>How often it is renewed: it survives a renewal that fails.</summary>
    public static readonly TimeSpan RenewedEvery = Life / 3;

    private readonly ISessionStore _store;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _renewing;

    private RefreshLease(ISessionStore store, TimeProvider clock, SessionLease lease)
    {
        (_store, _clock, Held) = (store, clock, lease);
        _renewing = RenewAsync();
    }

    /// <summary>What the store knows it by.</summary>
    public SessionLease Held { get; }

    /// <summary>Null while another holds it, or where the session is gone.</summary>
    public static async ValueTask<RefreshLease?> TryTakeAsync(ISessionStore store, string sid, TimeProvider clock, CancellationToken cancellation)
    {
        return await store.TryLeaseAsync(sid, clock.GetUtcNow(), Life, cancellation) is { } lease ? new RefreshLease(store, clock, lease) : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _renewing;
        _ending.Dispose();
        try
        {
            await _store.ReleaseLeaseAsync(Held, CancellationToken.None);
        }
        catch (SessionStoreException)
        {
            // It runs out by itself.
        }
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(RenewedEvery, _clock);
        try
        {
            var isHeld = true;
            while (isHeld && await timer.WaitForNextTickAsync(_ending.Token))
            {
                isHeld = await TryRenewAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // It is given back.
        }
    }

    // Whoever has lost it learns so from the store when there is something to store.
    private async Task<bool> TryRenewAsync()
    {
        try
        {
            return await _store.RenewLeaseAsync(Held, _clock.GetUtcNow(), Life, _ending.Token);
        }
        catch (SessionStoreException)
        {
            return true;
        }
    }
}
