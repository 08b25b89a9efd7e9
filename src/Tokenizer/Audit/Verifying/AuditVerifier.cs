using AuthProxy.Tokenizer.Audit.Checkpoints;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Audit.Verifying;

/// <summary>
/// Finds every line that was changed, moved or removed, and with the shipped checkpoints a database that was put back. It may run while the
/// Tokenizer does.
/// </summary>
internal sealed class AuditVerifier(IAuditRecords store, CheckpointReader reader, LineSeal seal)
{
    /// <param name="shipped">Checkpoints as they lie at the sink, in any order.</param>
    /// <param name="keptSince">What was made since then cannot have been removed by retention; milliseconds since 1970.</param>
    public async Task<AuditReport> VerifyAsync(IAsyncEnumerable<string> shipped, long keptSince, CancellationToken cancellation)
    {
        // Ends first, then checkpoints, then lines: whatever is written meanwhile lies behind what is asked for.
        var report = new AuditReport();
        var ends = (await store.ReadChainsAsync(cancellation)).ToDictionary(chain => Convert.ToHexStringLower(chain.Id));
        var series = new CheckpointSeries(store, reader, report);
        await series.ReadStoredAsync(cancellation);
        await foreach (var text in shipped.WithCancellation(cancellation))
        {
            await series.AddShippedAsync(text, keptSince, cancellation);
        }

        foreach (var chain in ends.Keys.Union(series.Chains).Order(StringComparer.Ordinal))
        {
            report.Chains++;
            var id = Convert.FromHexString(chain);
            await new ChainWalk(store, seal, id, series.Of(chain), report).GoAsync(await StartAsync(series, id, cancellation), ends.GetValueOrDefault(chain), cancellation);
        }

        return report;
    }

    // Retention may have gone on since the checkpoints were read: its newest word counts.
    private async ValueTask<ChainMark?> StartAsync(CheckpointSeries series, byte[] chain, CancellationToken cancellation)
    {
        var newest = await store.FindCheckpointAsync(long.MaxValue, cancellation);
        return newest is not null && newest.Number > (series.Newest?.Number ?? 0) && await reader.ReadAsync(newest.Text, cancellation) is CheckpointOutcome.Good({ } later)
            ? later.MarkOf(chain)
            : series.Newest?.MarkOf(chain);
    }
}
