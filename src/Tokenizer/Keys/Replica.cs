using System.Security.Cryptography;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Keys;

/// <summary>
/// This process among those that share the database. It takes in master keys that were added at their source, tells the others which it has, and
/// seals with the version that the database says.
/// </summary>
internal sealed class Replica(ITokenStore store, KeyRing ring, IMasterKeySource source, TimeProvider clock)
{
    /// <summary>How often it reports.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>One that was silent for longer does not run.</summary>
    public static readonly TimeSpan Silence = 3 * Interval;

    private readonly byte[] _id = RandomNumberGenerator.GetBytes(16);

    /// <returns>What is wrong with this process' keys; null where nothing is.</returns>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public async Task<KeysFault?> ReportAsync(CancellationToken cancellation)
    {
        var unreadable = await TakeInAsync(cancellation);
        var registered = await store.ReportReplicaAsync(Report(), cancellation);
        if (MasterKeyFaults.Of(registered, ring.MasterKeys) is { } fault)
        {
            return new KeysFault(unreadable is null ? fault : $"{fault} ({unreadable})", StillFit: false);
        }

        if (registered.Sealing!.Version != ring.MasterKeys.Current.Version)
        {
            // A rotation waits for this word.
            ring.MasterKeys.SealWith(registered.Sealing.Version);
            await store.ReportReplicaAsync(Report(), cancellation);
        }

        return unreadable is null ? null : new KeysFault(unreadable, StillFit: true);
    }

    public Task LeaveAsync(CancellationToken cancellation) => store.RemoveReplicaAsync(_id, cancellation);

    private ReplicaReport Report() => new(
        _id, Environment.MachineName, [.. ring.MasterKeys.All.Select(key => key.ToCheck())], ring.MasterKeys.Current.Version, clock.NowMilliseconds());

    /// <returns>What is wrong at the source; null where nothing is. The keys that are held stay whatever happens there.</returns>
    private async Task<string?> TakeInAsync(CancellationToken cancellation)
    {
        try
        {
            var found = await source.ReadAsync(cancellation);
            var changed = found.FirstOrDefault(key => ring.MasterKeys.TryGet(key.Version, out var held) && !key.IsSameAs(held));
            if (changed is not null)
            {
                return $"{source.Place} now holds another key as version {changed.Version}; the one of the start stays in use. Put the old one back: a new key needs a new version";
            }

            var added = found.Where(key => !ring.MasterKeys.TryGet(key.Version, out _)).ToList();
            if (MasterKeys.FaultOf([.. ring.MasterKeys.All, .. added]) is { } fault)
            {
                return fault;
            }

            added.ForEach(ring.MasterKeys.Add);
            return null;
        }
        catch (MasterKeysUnreadableException fault)
        {
            return fault.Message;
        }
    }
}

/// <summary>What is wrong with the master keys of a process.</summary>
/// <param name="Why">One sentence without anything of a key.</param>
/// <param name="StillFit">Whether the fault lies at their place alone: with those that are held everything can be read and written.</param>
internal sealed record KeysFault(string Why, bool StillFit);
