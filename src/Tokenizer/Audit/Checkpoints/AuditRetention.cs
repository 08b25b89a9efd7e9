using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Audit.Checkpoints;

/// <summary>
/// Removes what a signed checkpoint says may be gone, and never more: whoever verifies the audit can tell that from lines that somebody else removed.
/// </summary>
internal sealed class AuditRetention(IAuditRecords store, AuditMetrics metrics, ILogger<AuditRetention> log)
{
    private const int RowsPerTransaction = 1000;

    public async Task RemoveAsync(Checkpoint checkpoint, CancellationToken cancellation)
    {
        var removed = 0;
        foreach (var mark in checkpoint.Chains.Where(mark => mark.Base > 0))
        {
            int rows;
            do
            {
                rows = await store.RemoveLinesAsync(mark.Chain, mark.Base, RowsPerTransaction, cancellation);
                removed += rows;
            }
            while (rows == RowsPerTransaction);
        }

        while (await store.RemoveCheckpointsAsync(checkpoint.Since, RowsPerTransaction, cancellation) == RowsPerTransaction)
        {
        }

        if (removed > 0)
        {
            metrics.Removed(removed);
            Log.Removed(log, removed);
        }
    }
}
