using AuthProxy.Tokenizer.Audit.Checkpoints;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Audit.Verifying;

/// <summary>
/// The checkpoints of the database, each following the one before it, held against those that were shipped; and what all of them together say
/// about each chain.
/// </summary>
internal sealed class CheckpointSeries(IAuditRecords store, CheckpointReader reader, AuditReport report)
{
    private const int Page = 500;

    private readonly Dictionary<long, byte[]> _stored = [];
    private readonly Dictionary<string, ChainMarks> _marks = new(StringComparer.Ordinal);

    public Checkpoint? Newest { get; private set; }

    public IEnumerable<string> Chains => _marks.Keys;

    /// <summary>What the checkpoints say of the chain; empty where none mentions it.</summary>
    public ChainMarks Of(string chain) => _marks.GetValueOrDefault(chain) ?? new ChainMarks();

    public async Task ReadStoredAsync(CancellationToken cancellation)
    {
        StoredCheckpoint? before = null;
        for (var page = await store.ReadCheckpointsAsync(0, Page, cancellation); page.Count > 0; page = await store.ReadCheckpointsAsync(before!.Number, Page, cancellation))
        {
            foreach (var stored in page)
            {
                await AddStoredAsync(stored, before, cancellation);
                before = stored;
            }
        }

        var first = _stored.Count > 0 ? _stored.Keys.Min() : 0;
        if (Newest is { } newest && first > newest.Since)
        {
            report.Add(new AuditFinding(null, newest.Since, $"is missing, and so are those up to {first - 1}"));
        }
    }

    /// <param name="text">A checkpoint as it lies at the sink.</param>
    /// <param name="keptSince">Checkpoints made since then cannot have been removed by retention; milliseconds since 1970.</param>
    public async Task AddShippedAsync(string text, long keptSince, CancellationToken cancellation)
    {
        report.Shipped++;
        if (await reader.ReadAsync(text, cancellation) is not CheckpointOutcome.Good({ } shipped))
        {
            report.Add(new AuditFinding(null, 0, $"was not signed by a known key of this realm (the {report.Shipped}. of those that were shipped)"));
            return;
        }

        if (!_stored.TryGetValue(shipped.Number, out var hash))
        {
            if (Newest is null || shipped.Number >= Newest.Since || shipped.MadeAt >= keptSince)
            {
                report.Add(new AuditFinding(null, shipped.Number, "was shipped and is not in the database: the database was put back, or the checkpoint was removed"));
            }
        }
        else if (!hash.AsSpan().SequenceEqual(CheckpointReader.HashOf(text)))
        {
            report.Add(new AuditFinding(null, shipped.Number, "is another one in the database than was shipped"));
        }

        Note(shipped);
    }

    private async Task AddStoredAsync(StoredCheckpoint stored, StoredCheckpoint? before, CancellationToken cancellation)
    {
        report.Checkpoints++;
        _stored[stored.Number] = CheckpointReader.HashOf(stored.Text);
        var outcome = await reader.ReadAsync(stored.Text, cancellation);
        if (outcome is not CheckpointOutcome.Good({ } checkpoint))
        {
            report.Add(new AuditFinding(null, stored.Number, $"is not to be believed: {((CheckpointOutcome.Bad)outcome).Why}"));
            return;
        }

        if (checkpoint.Number != stored.Number)
        {
            report.Add(new AuditFinding(null, stored.Number, $"is number {checkpoint.Number} in another one's place"));
        }
        else if (before is not null && before.Number + 1 != stored.Number)
        {
            report.Add(new AuditFinding(null, before.Number + 1, $"is missing, and so are those up to {stored.Number - 1}"));
        }
        else if (before is not null && !checkpoint.Previous.AsSpan().SequenceEqual(_stored[before.Number]))
        {
            report.Add(new AuditFinding(null, before.Number, $"is not the one that checkpoint {stored.Number} follows"));
        }

        Newest = checkpoint;
        Note(checkpoint);
    }

    private void Note(Checkpoint checkpoint)
    {
        foreach (var mark in checkpoint.Chains)
        {
            var chain = Convert.ToHexStringLower(mark.Chain);
            if (!_marks.TryGetValue(chain, out var marks))
            {
                _marks.Add(chain, marks = new ChainMarks());
            }

            if (!marks.Add(mark.Sequence, mark.Hash))
            {
                report.Add(new AuditFinding(chain, mark.Sequence, $"is said to be two different ones by checkpoints, one of them number {checkpoint.Number}"));
            }
        }
    }
}

/// <summary>The lines of one chain that checkpoints have signed.</summary>
internal sealed class ChainMarks
{
    private readonly Dictionary<long, byte[]> _hashes = [];

    /// <summary>The last line that any checkpoint knows.</summary>
    public long Last { get; private set; }

    /// <returns>False where the line is known as another one.</returns>
    public bool Add(long sequence, byte[] hash)
    {
        Last = Math.Max(Last, sequence);
        return _hashes.TryAdd(sequence, hash) || _hashes[sequence].AsSpan().SequenceEqual(hash);
    }

    public bool Contradicts(long sequence, byte[] hash) => _hashes.TryGetValue(sequence, out var signed) && !signed.AsSpan().SequenceEqual(hash);
}
