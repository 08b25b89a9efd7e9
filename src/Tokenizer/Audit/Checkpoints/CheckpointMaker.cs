using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Audit.Checkpoints;

/// <summary>
/// Makes the next checkpoint over the chains of all replicas, where there is something new to say. Replicas may try at once: of one number one
/// checkpoint is kept.
/// </summary>
internal sealed class CheckpointMaker(
    IAuditRecords store, CheckpointKeys keys, CheckpointReader reader, RealmName realm, AuditSettings settings, AuditMetrics metrics,
    ILogger<CheckpointMaker> log, TimeProvider clock)
{
    private StoredCheckpoint? _known;

    /// <returns>The newest checkpoint; null where there is nothing to say yet.</returns>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public async Task<Checkpoint?> MakeAsync(CancellationToken cancellation)
    {
        var stored = await store.FindCheckpointAsync(long.MaxValue, cancellation);
        NoteWhetherItWentBack(stored);
        var newest = await BelievedAsync(stored, cancellation);
        var next = await NextAsync(newest, stored, cancellation);
        NoteCutChains(newest, next);
        if (next.Chains.Count == 0 || (newest is not null && SaysTheSame(newest, next)))
        {
            return newest;
        }

        var made = new StoredCheckpoint(next.Number, next.MadeAt, next.Sign(keys.Current));
        if (!await store.AddCheckpointAsync(made, cancellation))
        {
            // Another replica was first; what it has not seen is in the next one.
            return newest;
        }

        _known = made;
        metrics.CheckpointMade();
        return next;
    }

    private async Task<Checkpoint> NextAsync(Checkpoint? newest, StoredCheckpoint? stored, CancellationToken cancellation)
    {
        var number = Math.Max(stored?.Number ?? 0, _known?.Number ?? 0) + 1;
        var expired = await ExpiredAsync(cancellation);
        var marks = new List<ChainMark>();
        foreach (var chain in await store.ReadChainsAsync(cancellation))
        {
            if (chain.Sequence > 0)
            {
                var start = LaterOf(newest?.MarkOf(chain.Id), expired?.MarkOf(chain.Id));
                marks.Add(new ChainMark(chain.Id, start.Sequence, start.Hash, chain.Sequence, chain.Head));
            }
        }

        var previous = stored is null ? new byte[AuditLine.HashSize] : CheckpointReader.HashOf(stored.Text);
        return new Checkpoint(realm.Value, number, previous, Math.Max(expired?.Number ?? 1, newest?.Since ?? 1), clock.NowMilliseconds(), marks);
    }

    /// <summary>The last checkpoint whose lines have all had their time.</summary>
    private async Task<Checkpoint?> ExpiredAsync(CancellationToken cancellation) => settings.Keep is { } keep
        ? await BelievedAsync(await store.FindCheckpointAsync(clock.NowMilliseconds() - (long)keep.TotalMilliseconds, cancellation), cancellation)
        : null;

    // What somebody wrote into the database without the key must not be signed again with it.
    private async ValueTask<Checkpoint?> BelievedAsync(StoredCheckpoint? stored, CancellationToken cancellation)
    {
        if (stored is null)
        {
            return null;
        }

        switch (await reader.ReadAsync(stored.Text, cancellation))
        {
            case CheckpointOutcome.Good(var checkpoint):
                return checkpoint;
            case CheckpointOutcome.Bad(var why):
                metrics.Suspicious();
                Log.CheckpointNotOurs(log, stored.Number, why);
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void NoteWhetherItWentBack(StoredCheckpoint? stored)
    {
        if (_known is { } known && (stored is null || stored.Number < known.Number || (stored.Number == known.Number && stored.Text != known.Text)))
        {
            metrics.Suspicious();
            Log.CheckpointsWentBack(log, known.Number);
        }

        _known = stored?.Number >= (_known?.Number ?? 0) ? stored : _known;
    }

    // Chains only grow. The checkpoint is made all the same: the one before says more, and whoever verifies holds the lines against both.
    private void NoteCutChains(Checkpoint? newest, Checkpoint next)
    {
        foreach (var mark in newest?.Chains ?? [])
        {
            var found = next.MarkOf(mark.Chain)?.Sequence ?? 0;
            if (found < mark.Sequence)
            {
                metrics.Suspicious();
                Log.ChainCut(log, Convert.ToHexStringLower(mark.Chain), found, newest!.Number, mark.Sequence);
            }
        }
    }

    private static (long Sequence, byte[] Hash) LaterOf(ChainMark? newest, ChainMark? expired)
    {
        var (sequence, hash) = newest is null ? (0, new byte[AuditLine.HashSize]) : (newest.Base, newest.BaseHash);
        return expired is not null && expired.Sequence > sequence ? (expired.Sequence, expired.Hash) : (sequence, hash);
    }

    private static bool SaysTheSame(Checkpoint newest, Checkpoint next) =>
        newest.Chains.Count == next.Chains.Count
        && next.Chains.All(mark => newest.MarkOf(mark.Chain) is { } known && known.Sequence == mark.Sequence && known.Base == mark.Base);
}
