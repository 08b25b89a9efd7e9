namespace AuthProxy.Tokenizer.Storage;

/// <summary>
/// The audit's lines, in chains, and the checkpoints over all of them. The store keeps bytes and order; what is in a line is none of its
/// business. No line is ever changed, and lines are removed only from a chain's beginning.
/// </summary>
internal interface IAuditRecords
{
    /// <summary>
    /// Gives the holder a chain to write: the one it holds, else one whose holder let go of it or was silent since before <paramref name="now"/>,
    /// else a new one. Of two callers at once no two get the same.
    /// </summary>
    /// <param name="holder">Who writes: 16 random bytes of a process.</param>
    /// <param name="unused">The id of the chain that is begun if none is free.</param>
    /// <param name="until">How long the chain is the holder's without another word of it.</param>
    Task<AuditChain> ClaimChainAsync(byte[] holder, byte[] unused, long now, long until, CancellationToken cancellation);

    /// <summary>Adds lines behind the chain's head: all of them or none, in one transaction and one round trip.</summary>
    /// <param name="from">The head that the first line follows.</param>
    /// <param name="newHead">The hash of the last line, which becomes the head.</param>
    /// <returns>
    /// False where the chain is another holder's by now, or its head is not the one that was named; also where these very lines stand at its end
    /// already, because an answer was lost on the way.
    /// </returns>
    Task<bool> AppendLinesAsync(
        byte[] holder, AuditChain from, IReadOnlyList<byte[]> lines, byte[] newHead, long until, CancellationToken cancellation);

    /// <summary>Lets go of the chain that the holder has, if it has one.</summary>
    Task ReleaseChainAsync(byte[] holder, CancellationToken cancellation);

    /// <summary>Every chain there is, ordered by id.</summary>
    ValueTask<IReadOnlyList<AuditChain>> ReadChainsAsync(CancellationToken cancellation);

    /// <summary>At most <paramref name="limit"/> lines of the chain behind the sequence number <paramref name="after"/>, in order.</summary>
    ValueTask<IReadOnlyList<AuditRow>> ReadLinesAsync(byte[] chain, long after, int limit, CancellationToken cancellation);

    /// <summary>Removes at most <paramref name="limit"/> of the chain's lines, the oldest first, none behind <paramref name="upTo"/>.</summary>
    /// <returns>How many went.</returns>
    Task<int> RemoveLinesAsync(byte[] chain, long upTo, int limit, CancellationToken cancellation);

    /// <returns>False where there is a checkpoint with this number.</returns>
    Task<bool> AddCheckpointAsync(StoredCheckpoint checkpoint, CancellationToken cancellation);

    /// <summary>The checkpoint with the highest number among those made at or before <paramref name="madeUntil"/>.</summary>
    ValueTask<StoredCheckpoint?> FindCheckpointAsync(long madeUntil, CancellationToken cancellation);

    /// <summary>At most <paramref name="limit"/> checkpoints with higher numbers than <paramref name="after"/>, in order.</summary>
    ValueTask<IReadOnlyList<StoredCheckpoint>> ReadCheckpointsAsync(long after, int limit, CancellationToken cancellation);

    /// <summary>How many checkpoints have not been shipped.</summary>
    ValueTask<long> CountUnshippedAsync(CancellationToken cancellation);

    /// <summary>The newest <paramref name="limit"/> of those that have not been shipped, in order.</summary>
    ValueTask<IReadOnlyList<StoredCheckpoint>> ReadUnshippedAsync(int limit, CancellationToken cancellation);

    /// <summary>Notes that this checkpoint and all before it need not be shipped any more.</summary>
    Task MarkShippedAsync(long number, CancellationToken cancellation);

    /// <summary>Removes at most <paramref name="limit"/> checkpoints with lower numbers than <paramref name="before"/>, the oldest first.</summary>
    /// <returns>How many went.</returns>
    Task<int> RemoveCheckpointsAsync(long before, int limit, CancellationToken cancellation);
}

/// <summary>A chain and where it ends.</summary>
/// <param name="Id">16 random bytes.</param>
/// <param name="Sequence">The number of its last line; 0 where it has none yet.</param>
/// <param name="Head">The hash of its last line; 32 zero bytes where it has none yet.</param>
internal sealed record AuditChain(byte[] Id, long Sequence, byte[] Head)
{
    public bool EndsLike(AuditChain other) => Id.AsSpan().SequenceEqual(other.Id) && Sequence == other.Sequence && Head.AsSpan().SequenceEqual(other.Head);
}

/// <summary>One line as it lies in the database.</summary>
internal sealed record AuditRow(long Sequence, byte[] Line);

/// <param name="Number">1, 2, 3 and so on, without a gap.</param>
/// <param name="MadeAt">Milliseconds since 1970.</param>
/// <param name="Text">The signed checkpoint (JWS, compact).</param>
internal sealed record StoredCheckpoint(long Number, long MadeAt, string Text);
