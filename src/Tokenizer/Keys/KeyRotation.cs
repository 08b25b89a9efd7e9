using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Keys;

/// <summary>
/// Takes a rotation of the master key from wherever it stands to its end: the newest version seals on every replica, everything that older ones
/// sealed gets a new outer layer, and the older versions are retired. It keeps nothing of its own, so that it can break off anywhere, and be run
/// again, or twice at once: what is done already is passed over.
/// </summary>
internal sealed class KeyRotation(ITokenStore store, KeyRing ring, TimeProvider clock)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <param name="wait">How long replicas may take to learn of a key.</param>
    /// <param name="tell">Is told how far it is.</param>
    public async Task<RotationOutcome> RunAsync(TimeSpan wait, Action<RotationProgress> tell, CancellationToken cancellation)
    {
        var newest = ring.MasterKeys.All[^1];
        var deadline = clock.GetUtcNow() + wait;
        if (await UntilNobodyAsync(ActivateAsync, deadline, tell, cancellation) is { } lacking)
        {
            return new RotationOutcome.Lacking(lacking, newest.Version);
        }

        ring.MasterKeys.SealWith(newest.Version);
        if (await UntilNobodyAsync(FindSlowAsync, deadline, tell, cancellation) is { } slow)
        {
            return new RotationOutcome.Slow(slow, newest.Version);
        }

        var rewrapping = new Rewrapping(store, ring, clock);
        var damaged = await rewrapping.RunAsync(tell, cancellation);
        var retired = await RetireAsync(newest.Version, cancellation);
        return new RotationOutcome.Finished(newest.Version, retired, damaged);

        async Task<ReplicaReport?> ActivateAsync() =>
            await store.ActivateMasterKeyAsync(newest.ToCheck(), Since(), cancellation) is [var first, ..] ? first : null;

        // What such a replica writes is still under an older version.
        async Task<ReplicaReport?> FindSlowAsync() =>
            (await store.ReadReplicasAsync(Since(), cancellation)).FirstOrDefault(replica => replica.Sealing < newest.Version);
    }

    /// <returns>A replica that is in the way after all that time; null where none is.</returns>
    private async Task<ReplicaReport?> UntilNobodyAsync(
        Func<Task<ReplicaReport?>> find, DateTimeOffset deadline, Action<RotationProgress> tell, CancellationToken cancellation)
    {
        while (await find() is { } replica)
        {
            if (clock.GetUtcNow() >= deadline)
            {
                return replica;
            }

            tell(new RotationProgress.Waiting(replica));
            await Task.Delay(LookAgain, clock, cancellation);
        }

        return null;
    }

    private async Task<IReadOnlyList<int>> RetireAsync(int newest, CancellationToken cancellation)
    {
        var retired = new List<int>();
        foreach (var key in (await store.ReadKeysAsync(cancellation)).Needed.Where(key => key.Version < newest))
        {
            if (await store.RetireMasterKeyAsync(key.Version, clock.NowMilliseconds(), Since(), cancellation))
            {
                retired.Add(key.Version);
            }
        }

        return retired;
    }

    private long Since() => clock.NowMilliseconds() - (long)Replica.Silence.TotalMilliseconds;
}

/// <summary>How far a rotation is.</summary>
internal abstract record RotationProgress
{
    private RotationProgress() { }

    /// <summary>The replica has not yet learnt of the new key, or not yet that it seals.</summary>
    public sealed record Waiting(ReplicaReport Replica) : RotationProgress;

    /// <param name="Done">How many rows were looked at.</param>
    /// <param name="Total">How many there were at the beginning.</param>
    public sealed record Moved(long Done, long Total) : RotationProgress;
}

/// <summary>What came of it. Whatever was done counts, and a further run goes on behind it.</summary>
internal abstract record RotationOutcome
{
    private RotationOutcome() { }

    /// <summary>Nothing was changed: the replica does not have the newest version, or another key under its number.</summary>
    public sealed record Lacking(ReplicaReport Replica, int Version) : RotationOutcome;

    /// <summary>The newest version seals, but the replica has not learnt of it.</summary>
    public sealed record Slow(ReplicaReport Replica, int Version) : RotationOutcome;

    /// <param name="Version">What seals.</param>
    /// <param name="Retired">What was retired by this run.</param>
    /// <param name="Damaged">Rows that do not open under the version that they name; somebody changed them. They hold their version back.</param>
    public sealed record Finished(int Version, IReadOnlyList<int> Retired, long Damaged) : RotationOutcome;
}
