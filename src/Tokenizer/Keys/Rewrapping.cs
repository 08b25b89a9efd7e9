using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;
using AuthProxy.Tokenizer.Values;

namespace AuthProxy.Tokenizer.Keys;

/// <summary>
/// Gives everything that is sealed under older versions of the master key an outer layer under the one that seals, page by page: no page is large,
/// none holds a lock while keys are derived, and after each as much time is left to others as it took.
/// </summary>
internal sealed class Rewrapping(ITokenStore store, KeyRing ring, TimeProvider clock)
{
    private const int RowsPerPage = 200;

    private readonly int _version = ring.MasterKeys.Current.Version;
    private long _done;
    private long _total;

    /// <returns>How many rows do not open under the version that they name.</returns>
    public async Task<long> RunAsync(Action<RotationProgress> tell, CancellationToken cancellation)
    {
        _total = (await store.CountMasterKeyUsesAsync(cancellation)).Where(use => use.Version < _version).Sum(use => use.Tokens + use.Tickets);
        var damaged = await RewrapLookupKeysAsync(cancellation);
        foreach (var (kind, seal) in new[] { (SealedKind.Tokens, TokenKeys.Seal(ring.MasterKeys)), (SealedKind.Tickets, Tickets.Seal(ring.MasterKeys)) })
        {
            damaged += await RewrapAsync(kind, seal, tell, cancellation);
        }

        return damaged;
    }

    private async Task<long> RewrapLookupKeysAsync(CancellationToken cancellation)
    {
        var damaged = 0;
        foreach (var row in (await store.ReadKeysAsync(cancellation)).LookupKeys.Where(row => row.MasterVersion < _version))
        {
            if (ring.MasterKeys.TryGet(row.MasterVersion, out var master) && WrappedLookupKey.Open(row, master) is { } key)
            {
                // Where somebody else was faster, theirs is as good.
                await store.ReplaceLookupKeyAsync(row, WrappedLookupKey.Seal(row, key, ring.MasterKeys.Current), cancellation);
            }
            else
            {
                damaged++;
            }
        }

        return damaged;
    }

    /// <summary>Rows that others had in hand are looked at again, until none is left.</summary>
    private async Task<long> RewrapAsync(SealedKind kind, TwoLayerSeal seal, Action<RotationProgress> tell, CancellationToken cancellation)
    {
        long damaged, passedOver;
        do
        {
            (damaged, passedOver) = (0, 0);
            byte[] after = [];
            while (await store.ReadSealedAsync(kind, after, RowsPerPage, cancellation) is [.., var last] page)
            {
                var begun = clock.GetTimestamp();
                var old = page.Where(row => row.Secret.MasterVersion < _version).ToList();
                var resealed = old.Select(row => Reseal(seal, row)).OfType<Resealed>().ToList();
                var replaced = resealed.Count == 0 ? 0 : await store.ReplaceSealedAsync(kind, resealed, cancellation);
                (damaged, passedOver, after) = (damaged + old.Count - resealed.Count, passedOver + resealed.Count - replaced, last.Id);
                if (replaced > 0)
                {
                    tell(new RotationProgress.Moved(_done += replaced, _total));
                    await Task.Delay(clock.GetElapsedTime(begun), clock, cancellation);
                }
            }
        }
        while (passedOver > 0);

        return damaged;
    }

    private static Resealed? Reseal(TwoLayerSeal seal, SealedRow row)
    {
        try
        {
            return seal.Rewrap(row.Id, row.Secret) is { } secret ? new Resealed(row, secret) : null;
        }
        catch (MissingMasterKeyException)
        {
            // No version of ours that is needed is missing: somebody wrote another number into the row.
            return null;
        }
    }
}
